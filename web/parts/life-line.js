/** The participations: each period as text, with a bar for when it was. */

import { day, say, today } from '../language.js'
import { words } from '../texts/insurance.js'
import { element, svg } from './element.js'

/** @typedef {{ type: { code: string, name: string }, status: { code: string, name: string }, district: { name: string } | null, employer: { name: string } | null, startedOn: string | null, endedOn: string | null, firstEnrolledOn?: string | null }} Participation */

const PAID = '1'
// So that a period of a few days is still seen, in percent.
const NARROWEST = 1

/** Every period, the newest first, with a bar between the first year of all and today.
 * @param {Participation[]} participations */
export function periods(participations) {
  const starts = participations.flatMap(({ startedOn }) => (startedOn === null ? [] : [year(startedOn)]))
  const first = Math.floor(Math.min(...starts))
  const newestFirst = [...participations].sort((one, other) => lastOf(other).localeCompare(lastOf(one)))
  return element(
    'ul',
    { class: 'periods' },
    newestFirst.map((participation) => period(participation, starts.length > 0 ? first : null)),
  )
}

/** @param {Participation} participation @param {number | null} first */
function period({ type, status, district, employer, startedOn, endedOn, firstEnrolledOn }, first) {
  const from = startedOn === null ? say(words.unknownStart) : day(startedOn)
  return element(
    'li',
    { class: 'period' },
    element(
      'p',
      { class: 'period-name' },
      element('strong', {}, type.name),
      element('span', { class: status.code === PAID ? 'tag tag-good' : 'tag' }, status.name),
    ),
    element('p', { class: 'figures' }, `${from} — ${endedOn === null ? say(words.now) : day(endedOn)}`),
    first !== null && startedOn !== null && bar(year(startedOn), endedOn === null ? null : year(endedOn), first),
    element('p', {}, [employer?.name ?? say(words.self), district?.name].filter(Boolean).join(' · ')),
    firstEnrolledOn &&
      element(
        'p',
        { class: 'hint' },
        `${say(words.first)} `,
        element('span', { class: 'figures' }, day(firstEnrolledOn)),
      ),
  )
}

/** The period on a line from the first year of all to today.
 * @param {number} from @param {number | null} until @param {number} first */
function bar(from, until, first) {
  const last = year(today())
  const across = (/** @type {number} */ moment) => ((moment - first) / Math.max(last - first, 1)) * 100
  const width = Math.max(across(Math.min(until ?? last, last)) - across(from), NARROWEST)
  return element(
    'div',
    { class: 'period-line' },
    svg(
      'svg',
      { class: until === null ? 'bar bar-open' : 'bar', width: '100%', height: 8, 'aria-hidden': 'true' },
      svg('rect', { class: 'bar-whole', width: '100%', height: 8, rx: 4 }),
      svg('rect', { x: `${Math.min(across(from), 100 - NARROWEST)}%`, width: `${width}%`, height: 8, rx: 4 }),
    ),
    element('span', { class: 'figures', 'aria-hidden': 'true' }, String(first)),
    element('span', { 'aria-hidden': 'true' }, say(words.today)),
  )
}

/** The day by which periods are ordered: those that go on come first.
 * @param {Participation} participation */
function lastOf({ startedOn, endedOn }) {
  return `${endedOn ?? '9999'} ${startedOn ?? ''}`
}

/** @param {string} date */
function year(date) {
  const [years = 0, months = 1, days = 1] = date.split('-').map(Number)
  return years + (months - 1) / 12 + (days - 1) / 365
}
