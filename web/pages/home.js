/** Home: where the person stands, what they can do today and why not, and which date comes next. */

import { ask } from '../hall.js'
import { day, listed, say, time } from '../language.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { cards, serviceCard } from '../parts/service-card.js'
import { summaryList } from '../parts/summary-list.js'
import { words } from '../texts/home.js'
import { statuses } from '../texts/status.js'

/** @typedef {import('../documents/answers.js').Answers['home']} Answer */
/** @typedef {NonNullable<NonNullable<Answer['viewer']>['person']>} Person */

const PAID = '1'

/** The home page of whoever is there. */
export async function show() {
  const answer = await ask('home', {})
  const { viewer, declarationWindow } = answer
  if (viewer === null) return screen(welcome(), everybody())
  if (viewer.person === null) return screen([heading(say(words.staffGreeting, { account: viewer.account })), element('div', { class: 'now-and-next' }, reach(viewer), declarationWindow && dates(declarationWindow)), staffServices()], everybody())
  return screen([heading(say(words.greeting, { name: viewer.person.name })), element('div', { class: 'now-and-next' }, standing(viewer.person), next(viewer.person)), services(viewer.person)], everybody())
}

/** @param {import('../parts/element.js').Child[]} own @param {import('../parts/element.js').Child} shared */
function screen(own, shared) {
  return { title: say(words.title), content: [...own, shared] }
}

function welcome() {
  return [
    element('div', { class: 'hero' }, heading(say(words.welcome)), lead(say(words.welcomeText)), linkButton('#/sign-in', say(words.signIn), 'button button-start')),
    element(
      'section',
      { class: 'extra' },
      element('h2', {}, say(words.online)),
      cards(
        serviceCard({ address: '#/enrol', title: say(words.enrol), text: say(words.enrolText), picture: 'sheet' }),
        serviceCard({ address: '#/record', title: say(words.record), text: say(words.recordText), picture: 'person' }),
      ),
    ),
  ]
}

/** @param {Person} person */
function standing({ insurances, flexibleEmployment: { current, selfPaid } }) {
  const running = insurances.filter((insurance) => insurance.status.code === PAID && insurance.endedOn === null)
  const paidFor = running.find((insurance) => insurance.employer !== null)
  const payer = paidFor?.employer?.name
  const state = running.length === 0 ? say(words.notInsured) : payer ? say(words.insuredBy, { payer }) : say(words.insuredSelf)
  const names = listed(running.map((insurance) => insurance.type.name))
  const enrolled = current
    ? say(words.enrolledIn, { district: current.district.name, day: time(current.registeredAt), status: say(statuses[current.status]) })
    : selfPaid[0] && listed([say(words.insuredElsewhere), selfPaid[0].district?.name ?? '', selfPaid[0].since ? say(words.since, { day: day(selfPaid[0].since) }) : ''].filter(Boolean))
  return element(
    'section',
    { class: 'standing' },
    element('h2', {}, say(words.standing)),
    element('p', { class: 'standing-answer' }, state),
    running.length > 0 && element('p', { class: 'hint' }, say(words.insurances, { names })),
    summaryList([{ label: say(words.flexible), value: enrolled || say(words.notEnrolled) }]),
  )
}

/** For whom somebody works, and whose records that opens.
 * @param {NonNullable<Answer['viewer']>} viewer */
function reach({ organisation, districts }) {
  const names = districts.length > 0 ? listed(districts.map((district) => district.name)) : say(words.allDistricts)
  return element(
    'section',
    { class: 'standing' },
    element('h2', {}, say(words.reach)),
    element('p', { class: 'standing-answer' }, names),
    organisation && element('p', { class: 'hint' }, organisation),
  )
}

/** @param {Person} person */
function services({ flexibleEmployment: { current, selfPaid, eligibility } }) {
  return element(
    'section',
    {},
    element('h2', {}, say(words.services)),
    cards(
      current ? receiptCard(current.id) : enrolCard(eligibility, selfPaid.length > 0),
      serviceCard({ address: '#/record', title: say(words.record), text: say(words.recordText), picture: 'person' }),
      serviceCard({ address: '#/access', title: say(words.access), text: say(words.accessText), picture: 'eye' }),
    ),
  )
}

/** @param {string} id */
function receiptCard(id) {
  return serviceCard({ address: `#/receipt/${id}`, title: say(words.receipt), text: say(words.enrol), picture: 'seal', state: { word: say(words.done), kind: 'good' } })
}

/** @param {Person['flexibleEmployment']['eligibility']} eligibility @param {boolean} isInsured */
function enrolCard({ outcome, results, becomesEligibleOn, eligibleBy }, isInsured) {
  // Two conditions may lack the same fact, and say so in the same words.
  const said = new Set(results.filter((result) => result.outcome !== 'PASS' && !result.declared).map((result) => result.reason))
  const reasons = [...said, ...(becomesEligibleOn ? [say(words.from, { day: day(becomesEligibleOn) })] : [])]
  const text = (reasons.length > 0 ? reasons : [say(words.enrolText)]).map((reason) => element('span', { class: 'reason' }, reason))
  return serviceCard({ address: '#/enrol', title: say(words.enrol), text: element('span', {}, text), picture: 'sheet', state: state() })

  /** @returns {{ word: string, kind: 'good' | 'stop' | 'wait' }} */
  function state() {
    if (isInsured) return { word: say(words.insuredAlready), kind: 'good' }
    if (outcome === 'ELIGIBLE') return { word: say(words.canNow), kind: 'good' }
    if (outcome === 'NEEDS_INFORMATION') return { word: say(words.needsMore), kind: 'wait' }
    return eligibleBy.length > 0 ? { word: say(words.elsewhere), kind: 'wait' } : { word: say(words.cannotNow), kind: 'stop' }
  }
}

/** What this person has to do next, and by when: of the enrolment that stands, else of the verdict.
 * @param {Person} person */
function next({ flexibleEmployment: { current, eligibility } }) {
  const [step] = current ? current.nextSteps : eligibility.nextSteps
  return (
    step &&
    element(
      'section',
      { class: 'dates' },
      element('h2', {}, say(words.next)),
      element('p', {}, element('strong', {}, step.title)),
      element('p', {}, step.detail),
      step.due && element('p', {}, say(words.closes, { day: day(step.due) })),
      element('p', {}, element('a', { href: step.due ? '#/calendar' : '#/enrol' }, say(step.due ? words.toCalendar : words.more))),
    )
  )
}

function staffServices() {
  return element('section', {}, element('h2', {}, say(words.services)), cards(serviceCard({ address: '#/people', title: say(words.people), text: say(words.peopleText), picture: 'search' })))
}

/** @param {NonNullable<Answer['declarationWindow']>} window */
function dates({ open, opensOn, closesOn }) {
  return element(
    'section',
    { class: 'dates' },
    element('h2', {}, say(words.dates)),
    element('p', {}, element('strong', {}, say(open ? words.windowOpen : words.windowClosed))),
    element('p', {}, open ? say(words.closes, { day: day(closesOn) }) : say(words.opens, { day: day(opensOn) })),
    element('p', {}, element('a', { href: '#/calendar' }, say(words.toCalendar))),
  )
}

function everybody() {
  return element(
    'section',
    {},
    element('h2', {}, say(words.everybody)),
    cards(
      serviceCard({ address: '#/contributions', title: say(words.contributions), text: say(words.contributionsText), picture: 'coin' }),
      serviceCard({ address: '#/calendar', title: say(words.calendar), text: say(words.calendarText), picture: 'calendar' }),
      serviceCard({ address: '#/retirement', title: say(words.retirement), text: say(words.retirementText), picture: 'clock' }),
      serviceCard({ address: '#/verify', title: say(words.verify), text: say(words.verifyText), picture: 'seal' }),
      serviceCard({ address: '#/rules', title: say(words.rules), text: say(words.rulesText), picture: 'scales' }),
    ),
  )
}
