/** The home page of a signed-in person: status, available services with reasons, and next steps. */

import { day, listed, say, time, today } from '../language.js'
import { words } from '../texts/home.js'
import { statuses } from '../texts/status.js'
import { element } from './element.js'
import { heading } from './heading.js'
import { insuredElsewhere } from './self-paid.js'
import { cards, serviceCard } from './service-card.js'
import { summaryList } from './summary-list.js'

/** @typedef {import('../documents/answers.js').Answers['home']} Answer */
/** @typedef {NonNullable<Answer['viewer']>} Viewer */
/** @typedef {NonNullable<Viewer['person']>} Person */

const PAID = '1'

/** @param {Person} person */
export function citizenHome(person) {
  return [
    heading(say(words.greeting, { name: person.name })),
    element('div', { class: 'now-and-next' }, standing(person), next(person)),
    services(person),
  ]
}

/** @param {Viewer} viewer @param {Answer['declarationWindow']} window */
export function staffHome(viewer, window) {
  return [
    heading(say(words.staffGreeting, { account: viewer.account })),
    element('div', { class: 'now-and-next' }, reach(viewer), window && dates(window)),
    staffServices(),
  ]
}

/** @param {Person} person */
function standing({ insurances, flexibleEmployment: { current, selfPaid } }) {
  const running = insurances.filter(
    (insurance) =>
      insurance.status.code === PAID &&
      hasBegun(insurance) &&
      (insurance.endedOn === null || insurance.endedOn >= today()),
  )
  const paidFor = running.find((insurance) => insurance.employer !== null)
  const payer = paidFor?.employer?.name
  const isSuspended = selfPaid.length > 0 && selfPaid.every((insurance) => insurance.status.code !== PAID)
  const state =
    running.length === 0
      ? say(isSuspended ? words.selfSuspended : words.notInsured)
      : payer
        ? say(words.insuredBy, { payer })
        : say(words.insuredSelf)
  const names = listed(running.map((insurance) => insurance.type.name))
  const enrolled = current
    ? say(words.enrolledIn, {
        district: current.district.name,
        day: time(current.registeredAt),
        status: say(statuses[current.status]),
      })
    : selfPaid[0] && insuredElsewhere(selfPaid[0])
  return element(
    'section',
    { class: 'standing' },
    element('h2', {}, say(words.standing)),
    element('p', { class: 'standing-answer' }, state),
    running.length > 0 && element('p', { class: 'hint' }, say(words.insurances, { names })),
    summaryList([{ label: say(words.flexible), value: enrolled || say(words.notEnrolled) }]),
  )
}

/** @param {{ startedOn: string | null }} insurance */
function hasBegun({ startedOn }) {
  return startedOn === null || startedOn <= today()
}

/** The organisation and the districts of a member of staff.
 * @param {Viewer} viewer */
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
  return serviceCard({
    address: `#/receipt/${id}`,
    title: say(words.receipt),
    text: say(words.enrol),
    picture: 'seal',
    state: { word: say(words.done), kind: 'good' },
  })
}

/** @param {Person['flexibleEmployment']['eligibility']} eligibility @param {boolean} isInsured */
function enrolCard({ outcome, results, becomesEligibleOn, eligibleBy }, isInsured) {
  // Two rules may lack the same fact, and have the same title.
  const said = new Set(
    results.filter((result) => result.outcome !== 'PASS' && !result.declared).map((result) => result.reason),
  )
  const reasons = [...said, ...(becomesEligibleOn ? [say(words.from, { day: day(becomesEligibleOn) })] : [])]
  const text = (reasons.length > 0 ? reasons : [say(words.enrolText)]).map((reason) =>
    element('span', { class: 'reason' }, reason),
  )
  return serviceCard({
    address: '#/enrol',
    title: say(words.enrol),
    text: element('span', {}, text),
    picture: 'sheet',
    state: state(),
  })

  /** @returns {{ word: string, kind: 'good' | 'stop' | 'wait' }} */
  function state() {
    if (isInsured) return { word: say(words.insuredAlready), kind: 'good' }
    if (outcome === 'ELIGIBLE') return { word: say(words.canNow), kind: 'good' }
    if (outcome === 'NEEDS_INFORMATION') return { word: say(words.needsMore), kind: 'wait' }
    return eligibleBy.length > 0
      ? { word: say(words.elsewhere), kind: 'wait' }
      : { word: say(words.cannotNow), kind: 'stop' }
  }
}

/** The next steps with due dates: those of the current enrolment, else those of the verdict.
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
      element(
        'p',
        {},
        element('a', { href: step.due ? '#/calendar' : '#/enrol' }, say(step.due ? words.toCalendar : words.more)),
      ),
    )
  )
}

function staffServices() {
  return element(
    'section',
    {},
    element('h2', {}, say(words.services)),
    cards(
      serviceCard({ address: '#/people', title: say(words.people), text: say(words.peopleText), picture: 'search' }),
    ),
  )
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
