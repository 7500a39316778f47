/** A month as a small calendar of open and closed days, with a text alternative. */

import { listed, month as monthName, say } from '../language.js'
import { words } from '../texts/calendar.js'
import { element, svg } from './element.js'

const CELL = 30
const TOP = 30

/** @param {number} year @param {number} month  from 1 @param {(date: string) => boolean} isOpen @param {string} today */
export function monthSheet(year, month, isOpen, today) {
  const days = daysOf(year, month)
  const before = (new Date(`${days[0]}T00:00:00Z`).getUTCDay() + 6) % 7
  const rows = Math.ceil((before + days.length) / 7)
  const label = say(words.month, { month: monthName(days[0] ?? ''), ranges: inWords(days, isOpen) })
  return element(
    'section',
    { class: 'month' },
    element('h3', {}, monthName(days[0] ?? '')),
    svg(
      'svg',
      { viewBox: `0 0 ${7 * CELL} ${TOP + rows * CELL}`, role: 'img', 'aria-label': label },
      [...say(words.weekdays)].map((name, index) =>
        svg('text', { class: 'weekday', x: (index + 0.5) * CELL, y: 18 }, name),
      ),
      days.map((date, index) =>
        dayCell(date, before + index, {
          open: isOpen(date),
          last: isOpen(date) && !isOpen(days[index + 1] ?? date),
          today: date === today,
        }),
      ),
    ),
  )
}

/** @param {string} date @param {number} place @param {{ open: boolean, last: boolean, today: boolean }} is */
function dayCell(date, place, is) {
  const x = (place % 7) * CELL
  const y = TOP + Math.floor(place / 7) * CELL
  return svg(
    'g',
    { class: `day ${is.open ? 'day-open' : 'day-closed'} ${is.last ? 'day-last' : ''} ${is.today ? 'day-today' : ''}` },
    svg('rect', { x: x + 1.5, y: y + 1.5, width: CELL - 3, height: CELL - 3, rx: 6 }),
    svg('text', { x: x + CELL / 2, y: y + CELL / 2 + 5 }, String(Number(date.slice(8)))),
  )
}

/** @param {string[]} days @param {(date: string) => boolean} isOpen */
function inWords(days, isOpen) {
  /** @type {{ open: boolean, from: number, until: number }[]} */
  const ranges = []
  for (const [index, date] of days.entries()) {
    const last = ranges[ranges.length - 1]
    if (last && last.open === isOpen(date)) last.until = index + 1
    else ranges.push({ open: isOpen(date), from: index + 1, until: index + 1 })
  }
  return listed(
    ranges.map(({ open, from, until }) =>
      say(from === until ? (open ? words.openDay : words.closedDay) : open ? words.open : words.closed, {
        from,
        until,
      }),
    ),
  )
}

/** @param {number} year @param {number} month */
function daysOf(year, month) {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const stem = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
  return Array.from({ length }, (_, index) => `${stem}-${String(index + 1).padStart(2, '0')}`)
}
