/** 灵活就业参保登记, its beginning: the verdict with every reason, or where the registration stands. */

import { ask } from '../hall.js'
import { say, time } from '../language.js'
import { contributionLine } from '../parts/contribution-line.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { nextSteps } from '../parts/next-steps.js'
import { panel, unfolding } from '../parts/panel.js'
import { conditions, turningDays, verdictPicture } from '../parts/verdict.js'
import { answers } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'
import { statuses } from '../texts/status.js'
import { words as verdict } from '../texts/verdict.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol']['viewer']>['person']>['flexibleEmployment']} FlexibleEmployment */
/** @typedef {FlexibleEmployment['eligibility']} Eligibility */

/** What the Hall says today. */
export async function show() {
  const { viewer, contributions } = await ask('enrol', {})
  const { person } = present(viewer)
  const title = say(words.title)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const { current, eligibility } = person.flexibleEmployment
  if (current !== null) return { title, content: enrolled(current) }
  return { title, content: eligibility.outcome === 'NOT_ELIGIBLE' ? notEligible(eligibility) : eligible(eligibility, contributions) }
}

/** @param {NonNullable<FlexibleEmployment['current']>} current */
function enrolled({ id, status, district, registeredAt }) {
  const gaps = { district: district.name, day: time(registeredAt), status: say(statuses[status]) }
  return [
    heading(say(words.enrolled), say(words.title)),
    lead(say(words.enrolledText, gaps)),
    element('div', { class: 'buttons' }, linkButton(`#/receipt/${id}`, say(words.receipt)), status === 'REGISTERED' && linkButton(`#/withdraw/${id}`, say(words.withdraw), 'button button-quiet')),
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
    turningDays(eligibility),
    contributionLine(contributions),
    notices.length > 0 && panel('note', say(words.goodToKnow), notices.map((notice) => element('p', {}, notice))),
    element('h2', {}, say(words.prepare)),
    element('ul', { class: 'list' }, Object.values(words.prepareList).map((item) => element('li', {}, say(item)))),
    element('p', {}, linkButton('#/enrol/notice', say(answers().noticeVersion ? words.goOn : words.start), 'button button-start')),
    unfolding(say(verdict.conditions), conditions(eligibility.results), version(eligibility)),
  ]
}

/** @param {Eligibility} eligibility */
function notEligible(eligibility) {
  const against = eligibility.results.filter((result) => result.outcome !== 'PASS')
  const holding = eligibility.results.filter((result) => result.outcome === 'PASS')
  return [
    heading(say(words.notEligible), say(words.title)),
    lead(say(words.notEligibleText)),
    verdictPicture(eligibility.results),
    element('h2', {}, say(words.reasons)),
    conditions(against),
    turningDays(eligibility),
    eligibility.nextSteps.length > 0 && element('h2', {}, say(verdict.instead)),
    nextSteps(eligibility.nextSteps),
    holding.length > 0 && unfolding(say(verdict.conditions), conditions(holding), version(eligibility)),
  ]
}

/** @param {Eligibility} eligibility */
function version({ rulesVersion }) {
  return element('p', { class: 'hint' }, say(verdict.rulesVersion, { version: rulesVersion }), ' ', element('a', { href: '#/rules' }, '→'))
}
