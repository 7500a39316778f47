/** The declaration calendar of a year. Public. */

import { ask, subscription } from '../hall.js'
import { dayOfYear, labelled, language, month, monthOfYear, say, today } from '../language.js'
import { withAside } from '../parts/aside.js'
import { calendarButton } from '../parts/calendar-file.js'
import { costLine } from '../parts/cost-line.js'
import { element } from '../parts/element.js'
import { heading, lead } from '../parts/heading.js'
import { icon } from '../parts/icon.js'
import { monthSheet } from '../parts/month.js'
import { channels } from '../parts/next-steps.js'
import { summaryList } from '../parts/summary-list.js'
import { inset, panel, unfolding } from '../parts/panel.js'
import { scrollingTable } from '../parts/table.js'
import { days, months } from '../spans.js'
import { words } from '../texts/calendar.js'

/** @typedef {import('../documents/answers.js').Answers['calendar']} Answer */

const kinds = { MONTH: words.byMonth, QUARTER: words.byQuarter, YEAR: words.byYear }
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const LAST_YEAR = 9998

/** The year of the URL, or the current one: `#/calendar?year=2027`.
 * @param {import('../place.js').Place} place */
export async function show({ query }) {
  const year = yearOf(query.get('year'))
  const answer = await ask('calendar', daysOf(year))
  const windows = windowsOf(answer)
  const title = say(words.title)
  if (windows.length === 0 || answer.today === null) {
    return { title, content: [heading(title), lead(say(words.missing))] }
  }
  /** @param {string} date */
  const isOpen = (date) => windows.some(({ opensOn, closesOn }) => opensOn <= date && date <= closesOn)
  return {
    title,
    content: [
      withAside(
        [
          heading(title),
          lead(say(words.lead)),
          now(answer.today),
          answer.today.channels.length > 0 && element('h2', {}, say(words.channels)),
          channels(answer.today.channels),
        ],
        [whenToPay(answer.schemes ?? []), costLine({ cost: null, calculator: 'contributions' })],
      ),
      element(
        'div',
        { class: 'year' },
        yearLink(year - 1, say(words.before)),
        element('h2', {}, say(words.year, { year })),
        yearLink(year + 1, say(words.after)),
      ),
      deadlines(windows),
      inOwnCalendar(windows),
      yearEnd(answer.december),
      unfolding(
        say(words.everyDay),
        key(),
        element(
          'div',
          { class: 'months' },
          MONTHS.map((each) => monthSheet(year, each, isOpen, today())),
        ),
      ),
    ],
  }
}

/** The windows of the year, one a line, the current one marked.
 * @param {NonNullable<Answer['month01']>[]} windows */
function deadlines(windows) {
  const now = today()
  return scrollingTable(
    say(words.deadlines),
    [say(words.monthOf), say(words.opensOn), say(words.closesOn)],
    windows.map(({ opensOn, closesOn }) => {
      const isNow = opensOn <= now && now <= closesOn
      return element(
        'tr',
        { class: isNow ? 'current' : closesOn < now ? 'past' : null },
        element(
          'th',
          { scope: 'row' },
          monthOfYear(closesOn),
          isNow && element('span', { class: 'tag tag-good' }, say(words.isNow)),
        ),
        element('td', { class: 'figures' }, dayOfYear(opensOn)),
        element('td', { class: 'figures' }, element('strong', {}, dayOfYear(closesOn))),
      )
    }),
    'narrow',
  )
}

/** The deadlines that are still to come, for the person's own calendar: subscribed to, or as a file.
 * A subscription goes on by itself.
 * @param {NonNullable<Answer['month01']>[]} windows */
function inOwnCalendar(windows) {
  const coming = windows.filter(({ closesOn }) => closesOn >= today())
  return (
    coming.length > 0 &&
    element(
      'div',
      { class: 'buttons' },
      element(
        'a',
        { class: 'button button-quiet no-print', href: subscription(`/calendar/${language().toLowerCase()}.ics`) },
        icon('calendar'),
        say(words.subscribe),
      ),
      calendarButton(
        coming.map(({ closesOn }) => ({
          day: closesOn,
          title: say(words.lastDay),
          detail: say(words.lead),
          url: null,
        })),
      ),
    )
  )
}

/** When each scheme is paid.
 * @param {NonNullable<import('../documents/answers.js').Answers['calendar']['schemes']>} schemes */
function whenToPay(schemes) {
  return summaryList(schemes.map(({ title, payment }) => ({ label: title, value: payment })))
}

/** @param {string | null} asked */
function yearOf(asked) {
  const year = Number(asked)
  return Number.isInteger(year) && year > 1 && year < LAST_YEAR ? year : Number(today().slice(0, 4))
}

/** A date in each month's window, and one in the closing period at the year's end.
 * @param {number} year */
function daysOf(year) {
  const stem = String(year).padStart(4, '0')
  const on = (/** @type {string} */ digits) => `${stem}-${digits}-10`
  return {
    on01: on('01'),
    on02: on('02'),
    on03: on('03'),
    on04: on('04'),
    on05: on('05'),
    on06: on('06'),
    on07: on('07'),
    on08: on('08'),
    on09: on('09'),
    on10: on('10'),
    on11: on('11'),
    on12: on('12'),
    december: `${stem}-12-25`,
  }
}

/** @param {Answer} answer */
function windowsOf(answer) {
  const windows = [
    answer.month01,
    answer.month02,
    answer.month03,
    answer.month04,
    answer.month05,
    answer.month06,
    answer.month07,
    answer.month08,
    answer.month09,
    answer.month10,
    answer.month11,
    answer.month12,
  ]
  return windows.filter((window) => window !== null)
}

/** @param {NonNullable<Answer['today']>} window */
function now({ open, period, periods, opensOn, closesOn, reason }) {
  const choices = [element('p', {}, say(words.choices)), element('ul', {}, periods.map(choice))]
  const dates = days(opensOn, closesOn)
  if (!open) {
    return panel(
      'wait',
      say(words.closedNow),
      reason && element('p', {}, reason),
      element('p', {}, say(words.next, { days: dates })),
      choices,
    )
  }
  return panel(
    'good',
    say(words.openNow),
    element('p', {}, period && say(words.period, { period: month(period), days: dates })),
    choices,
  )
}

/** The declarable periods, from month to month, and their past months.
 * @param {NonNullable<Answer['today']>['periods'][number]} period */
function choice({ kind, firstMonth, lastMonth, note }) {
  return element(
    'li',
    {},
    labelled(say(kinds[kind]), months(firstMonth, lastMonth)),
    note && element('p', { class: 'hint' }, note),
  )
}

/** Why December closes early, and the exceptions.
 * @param {Answer['december']} window */
function yearEnd(window) {
  if (window === null || window.open) return null
  return inset(element('p', {}, element('strong', {}, say(words.december))), element('p', {}, window.reason))
}

function key() {
  return element(
    'ul',
    { class: 'key' },
    element('li', { class: 'key-open' }, say(words.keyOpen)),
    element('li', { class: 'key-last' }, say(words.keyLast)),
    element('li', { class: 'key-closed' }, say(words.keyClosed)),
    element('li', { class: 'key-today' }, say(words.keyToday)),
  )
}

/** @param {number} year @param {string} word */
function yearLink(year, word) {
  return element('a', { href: `#/calendar?year=${year}` }, word)
}
