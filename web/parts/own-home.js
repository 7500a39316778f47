/** Home for those who are signed in: where the person stands, what they can do today and why not, and what comes next. */

import { day, listed, say, time, today } from '../language.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'
import { statuses } from '../texts/status.js'
import { element } from './element.js'
import { heading } from './heading.js'
import { insuredElsewhere } from './self-paid.js'
import { schemeCard } from './scheme-card.js'
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
function standing({ insurances, schemes }) {
  const running = insurances.filter(
    (insurance) =>
      insurance.status.code === PAID &&
      hasBegun(insurance) &&
      (insurance.endedOn === null || insurance.endedOn >= today()),
  )
  const paidFor = running.find((insurance) => insurance.employer !== null)
  const payer = paidFor?.employer?.name
  const selfPaid = schemes.flatMap((scheme) => scheme.selfPaid)
  const isSuspended = selfPaid.length > 0 && selfPaid.every((insurance) => insurance.status.code !== PAID)
  const state =
    running.length === 0
      ? say(isSuspended ? words.selfSuspended : words.notInsured)
      : payer
        ? say(words.insuredBy, { payer })
        : say(words.insuredSelf)
  const names = listed(running.map((insurance) => insurance.type.name))
  return element(
    'section',
    { class: 'standing' },
    element('h2', {}, say(words.standing)),
    element('p', { class: 'standing-answer' }, state),
    running.length > 0 && element('p', { class: 'hint' }, say(words.insurances, { names })),
    summaryList(schemes.map((scheme) => ({ label: scheme.about.title, value: standingIn(scheme) }))),
  )
}

/** Where the person stands in a scheme.
 * @param {Person['schemes'][number]} scheme */
function standingIn({ current, selfPaid: [own] }) {
  if (current) {
    return say(words.enrolledIn, {
      district: current.district.name,
      day: time(current.registeredAt),
      status: say(statuses[current.status]),
    })
  }
  return own ? insuredElsewhere(own) : say(words.notEnrolled)
}

/** @param {{ startedOn: string | null }} insurance */
function hasBegun({ startedOn }) {
  return startedOn === null || startedOn <= today()
}

/** For whom somebody works, and whose records that opens.
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
function services({ schemes }) {
  return element(
    'section',
    {},
    element('h2', {}, say(words.services)),
    cards(
      ...schemes.map(schemeCard),
      serviceCard({ address: '#/record', title: say(words.record), text: say(words.recordText), picture: 'person' }),
      serviceCard({ address: '#/access', title: say(words.access), text: say(words.accessText), picture: 'eye' }),
    ),
  )
}

/** The first step of each scheme that the person is enrolled in; without one, of each scheme.
 * @param {Person} person */
function next({ schemes }) {
  const own = schemes.filter(({ current }) => current)
  const steps = (own.length > 0 ? own : schemes).flatMap((scheme) => {
    const [step] = scheme.current?.nextSteps ?? scheme.eligibility.nextSteps
    return step ? [{ scheme, step }] : []
  })
  return (
    steps.length > 0 &&
    element(
      'section',
      { class: 'dates' },
      element('h2', {}, say(words.next)),
      steps.map(({ scheme, step }) => [
        element('p', { class: 'hint' }, scheme.about.title),
        element('p', {}, element('strong', {}, step.title)),
        element('p', {}, step.detail),
        step.due && element('p', {}, say(words.closes, { day: day(step.due) })),
        element(
          'p',
          {},
          element(
            'a',
            { href: step.due ? '#/calendar' : enrolAddress(scheme.scheme) },
            say(step.due ? words.toCalendar : words.more),
          ),
        ),
      ]),
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
