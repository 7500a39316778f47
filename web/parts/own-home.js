/** Home for those who are signed in: the next thing to do, and in a row each what else there is. */

import { day, listed, say, time, today } from '../language.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'
import { statuses } from '../texts/status.js'
import { withAside } from './aside.js'
import { element } from './element.js'
import { heading, linkButton } from './heading.js'
import { rows } from './rows.js'
import { stateOf } from './scheme-card.js'
import { insuredElsewhere } from './self-paid.js'
import { cards, serviceCard } from './service-card.js'

/** @typedef {import('../documents/answers.js').Answers['home']} Answer */
/** @typedef {NonNullable<Answer['viewer']>} Viewer */
/** @typedef {NonNullable<Viewer['person']>} Person */
/** @typedef {Person['schemes'][number]} Scheme */

/** @type {[string, import('../language.js').Text][]} */
const TOOLS = [
  ['#/contributions', words.contributions],
  ['#/verify', words.findReceipt],
  ['#/rules', words.rules],
]
const PAID = '1'
const HAN = '01'
const SEXES = { 1: words.mister, 2: words.madam }

/** `isKept` tells whether a form of a scheme was begun in this window.
 * @param {Person} person @param {Answer['declarationWindow']} window @param {(scheme: Scheme['scheme']) => boolean} isKept */
export function citizenHome(person, window, isKept) {
  const { insurances, schemes, accessLog } = person
  const begun = schemes.filter(
    ({ scheme, current, eligibility }) => !current && eligibility.outcome !== 'NOT_ELIGIBLE' && isKept(scheme),
  )
  const first = begun[0] ?? foremost(schemes)
  const others = schemes.filter((scheme) => scheme !== first)
  const [last] = accessLog?.nodes ?? []
  return [
    heading(greeting(person)),
    withAside(
      [
        first && primary(first, begun.includes(first)),
        element('h2', {}, say(words.overview)),
        rows(
          { address: '#/record', title: say(words.standing), value: standing(insurances, schemes) },
          ...others.map((scheme) => ({
            address: scheme.current ? `#/receipt/${scheme.current.id}` : enrolAddress(scheme.scheme),
            title: scheme.about.title,
            value: scheme.current || scheme.selfPaid.length > 0 ? standingIn(scheme) : null,
            state: scheme.current ? null : stateOf(scheme),
          })),
          window && {
            address: '#/calendar',
            title: say(words.calendar),
            value: window.open
              ? say(words.openUntil, { day: day(window.closesOn) })
              : say(words.opens, { day: day(window.opensOn) }),
          },
          person.retirement && {
            address: '#/retirement',
            title: say(words.ownRetirement),
            value: day(person.retirement.date),
          },
          {
            address: '#/access',
            title: say(words.lastLook),
            value: last ? lookOf(last) : say(words.noLook),
          },
        ),
      ],
      [
        element('h2', {}, say(words.tools)),
        element(
          'ul',
          { class: 'plain' },
          TOOLS.map(([address, word]) => element('li', {}, element('a', { href: address }, say(word)))),
        ),
      ],
    ),
  ]
}

/** @param {{ at: string, organisation: string }} look */
function lookOf({ at, organisation }) {
  return listed([organisation, time(at)])
}

/** The greeting by surname where the masked name tells it: 周女士，您好.
 * @param {Person} person */
function greeting({ name, sex, ethnicGroup }) {
  const surname = name.slice(0, 1)
  const title = SEXES[/** @type {1 | 2} */ (Number(sex?.code))]
  const isKnown = ethnicGroup?.code === HAN && !words.compoundSurnames.zh.includes(surname) && title
  return say(words.greeting, { name: isKnown ? say(title, { surname }) : name })
}

/** The scheme whose next step matters most: joined, then open today through any channel.
 * @param {Scheme[]} schemes */
function foremost(schemes) {
  return (
    schemes.find(({ current }) => current) ??
    schemes.find(
      ({ selfPaid, eligibility: { outcome, eligibleBy } }) =>
        selfPaid.length === 0 && (outcome !== 'NOT_ELIGIBLE' || eligibleBy.length > 0),
    ) ??
    schemes[0]
  )
}

/** The card of the next thing to do, with its button.
 * @param {Scheme} scheme @param {boolean} isBegun */
function primary(scheme, isBegun) {
  const { about, current, selfPaid, eligibility } = scheme
  const [step] = current?.nextSteps ?? eligibility.nextSteps
  const state = current ? null : stateOf(scheme)
  const isOpen = selfPaid.length === 0 && eligibility.outcome !== 'NOT_ELIGIBLE'
  return element(
    'section',
    { class: `primary primary-${current ? 'wait' : state?.kind}` },
    element('p', { class: 'caption' }, about.title),
    element(
      'h2',
      {},
      current
        ? (step?.title ?? standingIn(scheme))
        : isBegun
          ? say(words.begun)
          : isOpen
            ? state?.word
            : (step?.title ?? state?.word),
    ),
    current && element('p', { class: 'hint' }, standingIn(scheme)),
    selfPaid.length > 0 && !current && element('p', {}, standingIn(scheme)),
    step && element('p', {}, step.detail),
    step?.due && element('p', { class: 'due' }, say(words.closes, { day: day(step.due) })),
    element('div', { class: 'buttons' }, actions(scheme, isBegun, step?.url ?? null)),
  )
}

/** @param {Scheme} scheme @param {boolean} isBegun @param {string | null} url */
function actions(scheme, isBegun, url) {
  const { current, selfPaid, eligibility } = scheme
  const address = enrolAddress(scheme.scheme)
  if (current) {
    return [
      url
        ? element('a', { class: 'button', href: url, rel: 'noreferrer' }, say(words.pay))
        : linkButton('#/calendar', say(words.toCalendar)),
      linkButton(`#/receipt/${current.id}`, say(words.receipt), 'button button-quiet'),
    ]
  }
  if (isBegun) return linkButton(enrolAddress(scheme.scheme, 'details'), say(words.goOn))
  const isOpen = selfPaid.length === 0 && eligibility.outcome !== 'NOT_ELIGIBLE'
  return linkButton(address, say(isOpen ? words.start : words.more), isOpen ? 'button' : 'button button-quiet')
}

/** @param {Viewer} viewer @param {Answer['declarationWindow']} window */
export function staffHome(viewer, window) {
  return [
    heading(say(words.staffGreeting, { account: viewer.account })),
    staffServices(),
    element('div', { class: 'now-and-next' }, reach(viewer), window && dates(window)),
  ]
}

/** What is paid for the person now.
 * @param {Person['insurances']} insurances @param {Scheme[]} schemes */
function standing(insurances, schemes) {
  const running = insurances.filter(
    (insurance) =>
      insurance.status.code === PAID &&
      hasBegun(insurance) &&
      (insurance.endedOn === null || insurance.endedOn >= today()),
  )
  const payer = running.find((insurance) => insurance.employer !== null)?.employer?.name
  const selfPaid = schemes.flatMap((scheme) => scheme.selfPaid)
  const isSuspended = selfPaid.length > 0 && selfPaid.every((insurance) => insurance.status.code !== PAID)
  const state =
    running.length === 0
      ? say(isSuspended ? words.selfSuspended : words.notInsured)
      : payer
        ? say(words.insuredBy, { payer })
        : say(words.insuredSelf)
  const names = listed(running.map((insurance) => insurance.type.name))
  return [state, running.length > 0 && element('span', { class: 'hint' }, say(words.insurances, { names }))]
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

/** The organisation that the account works for, and whose records it may see.
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
