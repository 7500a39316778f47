/** A verdict: how many conditions hold, by name, and each with its clause and facts. */

import { day, dayBefore, labelled, say } from '../language.js'
import { words } from '../texts/verdict.js'
import { element } from './element.js'
import { icon } from './icon.js'
import { unfolding } from './panel.js'

/** @typedef {'PASS' | 'FAIL' | 'UNKNOWN'} Outcome */
/** @typedef {{ outcome: Outcome, title: string, declared: boolean, reason: string, notice: string | null, rule: { clause: { id: string, text: string }, legalBasis: string }, facts: { label: string, value: string, source: string }[] }} Result */
/** @typedef {{ on: string, results: Result[], ceasesEligibleOn: string | null, rulesVersion: string }} Eligibility */

/** @type {Record<Outcome, 'tick' | 'cross' | 'question'>} */
const ICONS = { PASS: 'tick', FAIL: 'cross', UNKNOWN: 'question' }
const SOURCES = { record: words.record, request: words.request, calendar: words.calendar, declared: words.declared }
const SOON = 60 * 86_400_000
/** @type {Kind[]} */
const ORDER = ['fail', 'unknown', 'declare', 'pass']
const STATES = { fail: words.fail, unknown: words.unknown, declare: words.toDeclare, pass: words.pass }

/** How many conditions hold, as a number and a row of marks, and each by its name; what stands in the way comes first.
 * @param {Result[]} results */
export function tally(results) {
  const counted = results.filter((result) => !result.declared || result.outcome !== 'UNKNOWN')
  const met = counted.filter((result) => result.outcome === 'PASS').length
  const inOrder = [...results].sort((one, other) => ORDER.indexOf(kindOf(one)) - ORDER.indexOf(kindOf(other)))
  return element(
    'section',
    { class: 'tally' },
    element('h2', {}, say(words.tally, { met, all: counted.length })),
    element(
      'div',
      { class: 'meter', 'aria-hidden': 'true' },
      inOrder.map((result) => element('span', { class: `mark-${kindOf(result)}` })),
    ),
    element('ul', { class: 'tally-marks' }, inOrder.map(mark)),
  )
}

/** @param {Result} result */
function mark(result) {
  const kind = kindOf(result)
  return element(
    'li',
    { class: `mark-${kind}` },
    icon(ICONS[result.outcome]),
    element('span', {}, result.title, kind !== 'pass' && element('span', { class: 'mark-state' }, say(STATES[kind]))),
  )
}

/** @typedef {'fail' | 'unknown' | 'declare' | 'pass'} Kind */

/** @param {Result} result @returns {Kind} */
function kindOf({ outcome, declared }) {
  if (outcome === 'PASS') return 'pass'
  if (outcome === 'FAIL') return 'fail'
  return declared ? 'declare' : 'unknown'
}

/** The last day of enrolling, if it is near.
 * @param {Eligibility} eligibility */
export function lastDay({ on, ceasesEligibleOn }) {
  const isNear = ceasesEligibleOn !== null && Date.parse(ceasesEligibleOn) - Date.parse(on) <= SOON
  return (
    isNear &&
    element('p', { class: 'turning' }, icon('clock'), say(words.ceases, { day: day(dayBefore(ceasesEligibleOn)) }))
  )
}

/** Every condition as text with its legal basis. `mild` replaces “not met” if the person loses nothing: insured
 * already, or another channel is open.
 * @param {Result[]} results
 * @param {import('../language.js').Text} [mild] */
export function conditions(results, mild) {
  return element(
    'ol',
    { class: 'conditions' },
    results.map((result) => condition(result, mild)),
  )
}

/** @param {Result} result @param {import('../language.js').Text} [mild] */
function condition({ outcome, title, declared, reason, notice, rule, facts }, mild) {
  const states = { PASS: words.pass, FAIL: mild ?? words.fail, UNKNOWN: declared ? words.toDeclare : words.unknown }
  const isMild = outcome === 'FAIL' && mild !== undefined
  return element(
    'li',
    { class: `condition condition-${isMild ? 'mild' : outcome.toLowerCase()}` },
    element(
      'p',
      { class: 'condition-title' },
      icon(isMild ? 'arrow' : ICONS[outcome]),
      element('strong', {}, title),
      element('span', {}, say(states[outcome])),
    ),
    element('p', { class: 'condition-reason' }, outcome === 'PASS' ? notice : reason),
    unfolding(
      say(words.why),
      clauseQuoted(rule.clause),
      element(
        'p',
        {},
        element('b', {}, say(words.legalBasis)),
        ' ',
        element('span', { lang: 'zh-CN' }, rule.legalBasis),
      ),
      facts.length > 0 && element('p', {}, element('b', {}, say(words.facts))),
      facts.length > 0 && element('ul', {}, facts.map(fact)),
    ),
  )
}

/** The official text, word for word.
 * @param {{ id: string, text: string }} clause */
export function clauseQuoted({ id, text }) {
  return element(
    'blockquote',
    { class: 'clause', lang: 'zh-CN' },
    element('p', {}, text),
    element('footer', {}, `${say(words.clause)} ${id}`),
  )
}

/** @param {{ label: string, value: string, source: string }} fact */
function fact({ label, value, source }) {
  const from = source in SOURCES ? say(SOURCES[/** @type {keyof typeof SOURCES} */ (source)]) : source
  return element('li', {}, labelled(label, value), element('span', { class: 'source' }, ` ${from}`))
}
