/** The participations on a timeline: payer, period, district. */

import { say, today } from '../language.js'
import { words } from '../texts/insurance.js'
import { element, svg } from './element.js'

/** @typedef {{ type: { code: string, name: string }, status: { code: string, name: string }, district: { name: string } | null, employer: { name: string } | null, startedOn: string | null, endedOn: string | null, firstEnrolledOn?: string | null }} Participation */

const ROW = 3.5
// Narrower bars have no label; the list below has it.
const WIDE = 9
const TOP = 2.2
const PAID = '1'

/** A bar for each period, and the same as a list.
 * @param {Participation[]} participations */
export function lifeLine(participations) {
  const dated = participations.filter((participation) => participation.startedOn !== null)
  if (dated.length === 0) return null
  const begins = Math.min(...dated.map((participation) => year(participation.startedOn ?? '')))
  const first = Math.floor(begins)
  const last = year(today())
  const rows = [...new Set(dated.map((participation) => participation.type.code))]
  const height = TOP + rows.length * ROW
  /** @param {number} moment */
  const across = (moment) => ((moment - first) / Math.max(last - first, 0.5)) * 96

  return svg(
    'svg',
    {
      class: 'life-line',
      role: 'img',
      'aria-label': say(words.picture, { from: first }),
      width: '100%',
      height: `${height}em`,
    },
    years(first, last).map((each) => tick(each, across(each))),
    rows.map((code, index) =>
      svg(
        'text',
        { class: 'bar-name', x: 0, y: `${TOP + index * ROW + 1}em` },
        dated.find(({ type }) => type.code === code)?.type.name,
      ),
    ),
    dated.map((participation) => bar(participation, rows.indexOf(participation.type.code))),
    svg('line', { class: 'now', x1: '96%', x2: '96%', y1: '0', y2: '100%' }),
  )

  /** @param {number} each @param {number} x */
  function tick(each, x) {
    return svg(
      'g',
      { class: 'tick' },
      svg('line', { x1: `${x}%`, x2: `${x}%`, y1: '1.3em', y2: '100%' }),
      svg('text', { x: `${x}%`, y: '1em' }, String(each)),
    )
  }

  /** @param {Participation} participation @param {number} row */
  function bar({ status, startedOn, endedOn, employer, district }, row) {
    const from = across(year(startedOn ?? ''))
    const until = Math.max(across(Math.min(endedOn ? year(endedOn) : last, last)), from + 0.8)
    const who = [employer?.name ?? say(words.self), district?.name].filter(Boolean).join(' · ')
    return svg(
      'svg',
      {
        class: status.code === PAID && !endedOn ? 'bar bar-paid' : 'bar',
        x: `${from}%`,
        width: `${until - from - 0.3}%`,
        y: `${TOP + row * ROW + 1.4}em`,
        height: '1.5em',
      },
      svg('rect', { width: '100%', height: '100%', rx: 4 }),
      until - from > WIDE && svg('text', { x: '0.5em', y: '1.25em' }, who),
    )
  }
}

/** Every period as text.
 * @param {Participation[]} participations */
export function periods(participations) {
  return element(
    'ul',
    { class: 'periods' },
    participations.map(({ type, status, district, employer, startedOn, endedOn, firstEnrolledOn }) =>
      element(
        'li',
        { class: 'period' },
        element(
          'p',
          { class: 'period-name' },
          element('strong', {}, type.name),
          element('span', { class: status.code === PAID ? 'tag tag-good' : 'tag' }, status.name),
        ),
        element('p', { class: 'figures' }, `${startedOn ?? say(words.unknownStart)} — ${endedOn ?? say(words.now)}`),
        element('p', {}, [employer?.name ?? say(words.self), district?.name].filter(Boolean).join(' · ')),
        firstEnrolledOn &&
          element(
            'p',
            { class: 'hint extra' },
            `${say(words.first)} `,
            element('span', { class: 'figures' }, firstEnrolledOn),
          ),
      ),
    ),
  )
}

/** @param {string} date */
function year(date) {
  const [years = 0, months = 1, days = 1] = date.split('-').map(Number)
  return years + (months - 1) / 12 + (days - 1) / 365
}

/** @param {number} first @param {number} last */
function years(first, last) {
  const step = Math.max(1, Math.ceil((last - first) / 4))
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step).filter(
    (each) => last - each > step / 3,
  )
}
