/** Enrolling in a scheme, its beginning: the verdict with every reason, or where the registration stands. */

import { ask } from '../hall.js'
import { day, listed, say, time } from '../language.js'
import { withAside } from '../parts/aside.js'
import { costLine } from '../parts/cost-line.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { icon } from '../parts/icon.js'
import { nextSteps } from '../parts/next-steps.js'
import { panel, unfolding } from '../parts/panel.js'
import { summaryList } from '../parts/summary-list.js'
import { scrollingTable } from '../parts/table.js'
import { conditions, lastDay, tally } from '../parts/verdict.js'
import { answers } from '../registration.js'
import { enrolAddress, schemeOf } from '../scheme.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'
import { words as insurance } from '../texts/insurance.js'
import { statuses } from '../texts/status.js'
import { words as verdict } from '../texts/verdict.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol']['viewer']>['person']>['scheme']} Scheme */
/** @typedef {import('../scheme.js').SchemeName} SchemeName */
/** @typedef {Scheme['eligibility']} Eligibility */

/** What the Hall says today.
 * @param {import('../place.js').Place} place */
export async function show(place) {
  const name = schemeOf(place)
  const { person } = present((await ask('enrol', { scheme: name })).viewer)
  if (person === null) {
    return { title: say(words.title), content: [heading(say(words.title)), lead(say(words.noPerson))] }
  }
  const { scheme } = person
  const { title } = scheme.about
  if (scheme.current !== null) {
    return { title, content: [...enrolled(title, scheme.current), joined(title, scheme.overlaps)] }
  }
  const shown = scheme.eligibility.outcome === 'NOT_ELIGIBLE' ? notEligible(scheme) : eligible(name, scheme)
  return { title, content: [shown] }
}

/** What stands above a refusal: insured already, open through another channel, on a later day, or not open.
 * @param {Scheme} scheme
 * @returns {[import('../language.js').Text, string]} */
function refusal({ selfPaid, eligibility: { results, eligibleBy, becomesEligibleOn } }) {
  if (selfPaid.length > 0) return [words.insuredAlready, say(words.insuredAlreadyText)]
  if (eligibleBy.includes('APP')) return [words.useApp, say(words.otherChannelText)]
  if (eligibleBy.length > 0) return [words.otherChannel, say(words.otherChannelText)]
  const first = results.find(({ outcome }) => outcome === 'FAIL')
  return [becomesEligibleOn ? words.notYet : words.notEligible, first?.reason ?? say(words.notEligibleText)]
}

/** @param {string} title @param {NonNullable<Scheme['current']>} current */
function enrolled(title, { id, status, district, registeredAt }) {
  const gaps = { district: district.name, day: time(registeredAt), status: say(statuses[status]) }
  return [
    heading(say(words.enrolled), title),
    lead(say(words.enrolledText, gaps)),
    element(
      'div',
      { class: 'buttons' },
      linkButton(`#/receipt/${id}`, say(words.receipt)),
      status === 'REGISTERED' && linkButton(`#/withdraw/${id}`, say(words.withdraw), 'button button-quiet'),
    ),
  ]
}

/** @param {SchemeName} name @param {Scheme} scheme */
function eligible(name, { about, form, eligibility, alternatives, overlaps }) {
  const isSettled = eligibility.outcome === 'ELIGIBLE'
  const notices = eligibility.results.flatMap((result) => result.notice ?? [])
  const toPrepare = form.filter(({ kind }) => kind === 'ADDRESS' || kind === 'MOBILE_NUMBER').map(({ label }) => label)
  const begun = Boolean(answers(name).noticeVersion)
  return withAside(
    [
      heading(say(isSettled ? words.eligible : words.needs), about.title),
      lead(say(isSettled ? words.eligibleText : words.needsText)),
      lastDay(eligibility),
      element(
        'p',
        {},
        linkButton(enrolAddress(name, 'notice'), say(begun ? words.goOn : words.start), 'button button-start'),
      ),
      costLine(about),
      joined(about.title, overlaps),
      notices.length > 0 &&
        panel(
          'note',
          say(words.goodToKnow),
          notices.map((notice) => element('p', {}, notice)),
        ),
      !isSettled && [element('h2', {}, say(verdict.instead)), nextSteps(eligibility.nextSteps)],
      tally(eligibility.results),
      unfolding(say(verdict.conditions), conditions(eligibility.results), version(eligibility)),
      others(about.title, alternatives),
    ],
    [
      element('h2', {}, say(words.prepare)),
      element(
        'ul',
        { class: 'list' },
        [...toPrepare, say(words.prepareDistrict)].map((item) => element('li', {}, item)),
      ),
    ],
  )
}

/** @param {Scheme} scheme */
function notEligible(scheme) {
  const { about, selfPaid, eligibility, offices, alternatives } = scheme
  const isAgainst = (/** @type {Eligibility['results'][number]} */ { outcome, declared }) =>
    outcome !== 'PASS' && !declared
  const against = eligibility.results.filter(isAgainst)
  const holding = eligibility.results.filter((result) => !isAgainst(result))
  const [headline, text] = refusal(scheme)
  const from = eligibility.becomesEligibleOn
  return withAside(
    [
      heading(say(headline), about.title),
      lead(text),
      from &&
        !eligibility.nextSteps.some((step) => step.title.includes(day(from))) &&
        element('p', { class: 'turning' }, icon('clock'), say(verdict.from, { day: day(from) })),
      selfPaid.length > 0 && insurances(selfPaid),
      element('h2', {}, say(verdict.instead)),
      nextSteps(eligibility.nextSteps),
      selfPaid.length === 0 && tally(eligibility.results),
      element('h2', {}, say(words.reasons)),
      conditions(
        against,
        selfPaid.length > 0 ? verdict.insured : eligibility.eligibleBy.length > 0 ? verdict.elsewhere : undefined,
      ),
      holding.length > 0 && unfolding(say(verdict.conditions), conditions(holding), version(eligibility)),
      others(about.title, alternatives),
    ],
    [offices.length > 0 && officeList(offices)],
  )
}

/** The other schemes that are open to the person today, with what differs.
 * @param {string} title @param {Scheme['alternatives']} alternatives */
function others(title, alternatives) {
  return alternatives.map(({ about, differences }) =>
    element(
      'section',
      { class: 'alternative' },
      element('h2', {}, say(words.alternative, { scheme: about.title })),
      comparison(title, about, differences),
    ),
  )
}

/** The other schemes in which the person is enrolled already, with what differs.
 * @param {string} title @param {Scheme['overlaps']} overlaps */
function joined(title, overlaps) {
  return overlaps.map(({ about, enrolment, differences }) =>
    panel('note', say(words.overlap, { scheme: about.title }), [
      element(
        'p',
        {},
        say(words.overlapText, { day: time(enrolment.registeredAt), status: say(statuses[enrolment.status]) }),
      ),
      comparison(title, about, differences),
    ]),
  )
}

/** What differs between two schemes, and the way to the other.
 * @param {string} title @param {Scheme['alternatives'][number]['about']} about
 * @param {Scheme['alternatives'][number]['differences']} differences */
function comparison(title, about, differences) {
  const rows = differences.map(({ label, here, there }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, label),
      here === there ? element('td', { colspan: 2 }, here) : [here, there].map((word) => element('td', {}, word)),
    ),
  )
  return [
    scrollingTable(say(words.differences), [say(words.differences), title, about.title], rows, 'comparison'),
    element(
      'p',
      {},
      element('a', { href: enrolAddress(about.name) }, say(words.toAlternative, { scheme: about.title })),
    ),
  ]
}

/** What is known of the insurance that the person pays already.
 * @param {Scheme['selfPaid']} selfPaid */
function insurances(selfPaid) {
  return summaryList(
    selfPaid.map(({ type, status, district, since }) => ({
      label: type.name,
      value: listed(
        [status.name, district?.name, since && say(insurance.since, { day: day(since) })].filter(
          (known) => typeof known === 'string',
        ),
      ),
    })),
  )
}

/** Where to go in person, where the offices of the district are published.
 * @param {Scheme['offices']} offices */
function officeList(offices) {
  return [
    element('h2', {}, say(words.offices)),
    nextSteps(
      offices.map(({ name, address, phone, hours }) => ({
        title: name,
        detail: listed([address, hours].filter((known) => known !== null)),
        phone,
      })),
    ),
  ]
}

/** @param {Eligibility} eligibility */
function version({ rulesVersion }) {
  return element(
    'p',
    { class: 'hint' },
    say(verdict.rulesVersion, { version: rulesVersion }),
    ' ',
    element('a', { href: '#/rules' }, '→'),
  )
}
