/** 灵活就业参保登记, the first page: the verdict with every reason, or the status of the registration. */

import { ask } from '../hall.js'
import { day, listed, say, time } from '../language.js'
import { contributionLine } from '../parts/contribution-line.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { nextSteps } from '../parts/next-steps.js'
import { panel, unfolding } from '../parts/panel.js'
import { summaryList } from '../parts/summary-list.js'
import { conditions, lastDay, verdictPicture } from '../parts/verdict.js'
import { answers } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'
import { words as insurance } from '../texts/insurance.js'
import { statuses } from '../texts/status.js'
import { words as verdict } from '../texts/verdict.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol']['viewer']>['person']>['flexibleEmployment']} FlexibleEmployment */
/** @typedef {FlexibleEmployment['eligibility']} Eligibility */

/** Today's verdict, or the current enrolment. */
export async function show() {
  const { viewer, contributions } = await ask('enrol', {})
  const { person } = present(viewer)
  const title = say(words.title)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const { current, selfPaid, eligibility, offices } = person.flexibleEmployment
  if (current !== null) return { title, content: enrolled(current) }
  if (eligibility.outcome !== 'NOT_ELIGIBLE') return { title, content: eligible(eligibility, contributions) }
  const [headline, text] = refusal(eligibility, selfPaid)
  return { title, content: notEligible(say(headline), say(text), eligibility, selfPaid, offices) }
}

/** The heading of a refusal: insured already, open through another channel, open on a later day, or not open.
 * @param {Eligibility} eligibility @param {FlexibleEmployment['selfPaid']} selfPaid
 * @returns {[import('../language.js').Text, import('../language.js').Text]} */
function refusal({ eligibleBy, becomesEligibleOn }, selfPaid) {
  if (selfPaid.length > 0) return [words.insuredAlready, words.insuredAlreadyText]
  if (eligibleBy.includes('APP')) return [words.useApp, words.otherChannelText]
  if (eligibleBy.length > 0) return [words.otherChannel, words.otherChannelText]
  return [becomesEligibleOn ? words.notYet : words.notEligible, words.notEligibleText]
}

/** @param {NonNullable<FlexibleEmployment['current']>} current */
function enrolled({ id, status, district, registeredAt }) {
  const gaps = { district: district.name, day: time(registeredAt), status: say(statuses[status]) }
  return [
    heading(say(words.enrolled), say(words.title)),
    lead(say(words.enrolledText, gaps)),
    element(
      'div',
      { class: 'buttons' },
      linkButton(`#/receipt/${id}`, say(words.receipt)),
      status === 'REGISTERED' && linkButton(`#/withdraw/${id}`, say(words.withdraw), 'button button-quiet'),
    ),
  ]
}

/** @param {Eligibility} eligibility @param {import('../parts/contribution-line.js').Known} contributions */
function eligible(eligibility, contributions) {
  const isSettled = eligibility.outcome === 'ELIGIBLE'
  const notices = eligibility.results.flatMap((result) => result.notice ?? [])
  return [
    heading(say(isSettled ? words.eligible : words.needs), say(words.title)),
    lead(say(isSettled ? words.eligibleText : words.needsText)),
    verdictPicture(eligibility.results),
    lastDay(eligibility),
    contributionLine(contributions),
    notices.length > 0 &&
      panel(
        'note',
        say(words.goodToKnow),
        notices.map((notice) => element('p', {}, notice)),
      ),
    element('h2', {}, say(words.prepare)),
    element(
      'ul',
      { class: 'list' },
      Object.values(words.prepareList).map((item) => element('li', {}, say(item))),
    ),
    element(
      'p',
      {},
      linkButton('#/enrol/notice', say(answers().noticeVersion ? words.goOn : words.start), 'button button-start'),
    ),
    unfolding(say(verdict.conditions), conditions(eligibility.results), version(eligibility)),
  ]
}

/** @param {string} headline @param {string} text @param {Eligibility} eligibility @param {FlexibleEmployment['selfPaid']} selfPaid @param {FlexibleEmployment['offices']} offices */
function notEligible(headline, text, eligibility, selfPaid, offices) {
  const isAgainst = (/** @type {Eligibility['results'][number]} */ { outcome, declared }) =>
    outcome !== 'PASS' && !declared
  const against = eligibility.results.filter(isAgainst)
  const holding = eligibility.results.filter((result) => !isAgainst(result))
  return [
    heading(headline, say(words.title)),
    lead(text),
    selfPaid.length > 0 ? insurances(selfPaid) : verdictPicture(eligibility.results),
    element('h2', {}, say(verdict.instead)),
    nextSteps(eligibility.nextSteps),
    offices.length > 0 && officeList(offices),
    element('h2', {}, say(words.reasons)),
    conditions(
      against,
      selfPaid.length > 0 ? verdict.insured : eligibility.eligibleBy.length > 0 ? verdict.elsewhere : undefined,
    ),
    holding.length > 0 && unfolding(say(verdict.conditions), conditions(holding), version(eligibility)),
  ]
}

/** The self-paid insurance of the record.
 * @param {FlexibleEmployment['selfPaid']} selfPaid */
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

/** The offices of the district, if they are published.
 * @param {FlexibleEmployment['offices']} offices */
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
