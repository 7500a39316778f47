/** Retirement on a timeline: today, the statutory date, and the earliest and latest alternatives. */

import { day, listed, say } from '../language.js'
import { words } from '../texts/retirement.js'
import { element, svg } from './element.js'

/** A marked date.
 * @typedef {{ date: string, kind: 'today' | 'statutory' | 'earlier' | 'later', note?: string, condition?: string | null }} Mark */

/** A timeline with its marks, and the same as text.
 * @param {Mark[]} unordered */
export function retirementLine(unordered) {
  const marks = [...unordered].sort((one, other) => one.date.localeCompare(other.date))
  const moments = marks.map((mark) => Date.parse(mark.date))
  const first = Math.min(...moments)
  const span = Math.max(...moments) - first || 1
  /** @param {string} date */
  const across = (date) => `${4 + ((Date.parse(date) - first) / span) * 92}%`
  const possible = marks.filter((mark) => mark.kind !== 'today')
  const parts = listed(marks.map(({ date, kind }) => `${say(words[kind])} ${day(date)}`))
  return element(
    'div',
    { class: 'retirement' },
    svg(
      'svg',
      {
        class: 'retirement-line',
        role: 'img',
        'aria-label': say(words.picture, { parts }),
        width: '100%',
        height: '3.5em',
      },
      svg('line', { class: 'base', x1: '1%', x2: '99%', y1: '50%', y2: '50%' }),
      svg('line', {
        class: 'choice-range',
        x1: across(possible[0]?.date ?? ''),
        x2: across(possible[possible.length - 1]?.date ?? ''),
        y1: '50%',
        y2: '50%',
      }),
      marks.map(({ date, kind }) =>
        svg('circle', { class: `mark-${kind}`, cx: across(date), cy: '50%', r: kind === 'statutory' ? 11 : 7 }),
      ),
    ),
    element('ol', { class: 'marks' }, marks.map(row)),
  )
}

/** @param {Mark} mark */
function row({ date, kind, note, condition }) {
  return element(
    'li',
    { class: `row-${kind}` },
    element('span', {}, say(words[kind]), note && element('span', { class: 'hint' }, ` ${note}`)),
    element('span', { class: 'figures' }, day(date)),
    condition && element('p', { class: 'hint terms' }, condition),
  )
}
