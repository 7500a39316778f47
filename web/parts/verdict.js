/** A verdict as a drawing, a path with a stone for each condition, and as text. */

import { day, dayBefore, labelled, say } from '../language.js'
import { words } from '../texts/verdict.js'
import { element, svg } from './element.js'
import { icon } from './icon.js'
import { unfolding } from './panel.js'

/** @typedef {'PASS' | 'FAIL' | 'UNKNOWN'} Outcome */
/** @typedef {{ outcome: Outcome, title: string, declared: boolean, reason: string, notice: string | null, rule: { clause: { id: string, text: string }, legalBasis: string }, facts: { label: string, value: string, source: string }[] }} Result */
/** @typedef {{ on: string, results: Result[], ceasesEligibleOn: string | null, rulesVersion: string }} Eligibility */

/** @type {Record<Outcome, 'tick' | 'cross' | 'question'>} */
const ICONS = { PASS: 'tick', FAIL: 'cross', UNKNOWN: 'question' }
const SOURCES = { record: words.record, request: words.request, calendar: words.calendar, declared: words.declared }
const SOON = 60 * 86_400_000
const STEP = 44

/** The conditions as stones on a path to a door, which is open if all are fulfilled.
 * @param {Result[]} results */
export function verdictPicture(results) {
  const width = results.length * STEP + 60
  const open = results.every((result) => result.outcome === 'PASS' || result.declared)
  const counts = { all: results.length, pass: counted('PASS'), fail: counted('FAIL'), unknown: counted('UNKNOWN') }
  return svg(
    'svg',
    {
      class: 'verdict-picture',
      viewBox: `0 0 ${width} 64`,
      role: 'img',
      'aria-label': say(words.pictureLabel, counts),
    },
    svg('path', { class: 'way', d: `M4 40H${width - 52}` }),
    results.map((result, index) => stone(result.outcome, 26 + index * STEP)),
    door(width - 48, open),
  )

  /** @param {Outcome} outcome */
  function counted(outcome) {
    return results.filter((result) => result.outcome === outcome).length
  }
}

/** @param {Outcome} outcome @param {number} x */
function stone(outcome, x) {
  const signs = {
    PASS: 'M-6 .5l4 4L6-4.500',
    FAIL: 'M-4.500-4.500l9 9M4.500-4.500l-9 9',
    UNKNOWN: 'M-2.800-2.400a2.900 2.900 0 1 1 4.200 2.500C.3.600 0 1.100 0 2.200M0 5.800v.1',
  }
  return svg(
    'g',
    { class: `stone stone-${outcome.toLowerCase()}`, transform: `translate(${x} 40)` },
    svg('circle', { r: 14 }),
    svg('path', { d: signs[outcome] }),
  )
}

/** @param {number} x @param {boolean} open */
function door(x, open) {
  return svg(
    'g',
    { class: open ? 'door door-open' : 'door', transform: `translate(${x} 6)` },
    svg('path', { class: 'frame', d: 'M1 50V20a19 19 0 0 1 38 0v30z' }),
    svg('path', { class: 'doorway', d: 'M7 50V20a13 13 0 0 1 26 0v30z' }),
    svg('path', { class: 'leaf', d: open ? 'M7 50V18l9 5v33z' : 'M7 50V20a13 13 0 0 1 26 0v30zM20 8v42' }),
  )
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
