/** Formatting of durations and ranges. Separate from language.js, which every first visit loads. */

import { day, formatted, language, LOCALES, month, say } from './language.js'
import { words } from './texts/spans.js'

/** Formats a duration: 3个月, 3 months.
 * @param {number} count
 * @param {'month' | 'year'} unit */
export function counted(count, unit) {
  return new Intl.NumberFormat(LOCALES[language()], { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

/** Formats a range of dates: 2026年11月21日至12月19日, 21 November to 19 December 2026.
 * @param {string} first
 * @param {string} last */
export function days(first, last) {
  return span(first, last, day, { month: 'long', day: 'numeric', timeZone: 'UTC' })
}

/** Formats a range of months, or a single month: 2026年1月至11月, January to November 2026.
 * @param {string} first
 * @param {string} last */
export function months(first, last) {
  return first === last ? month(first) : span(first, last, month, { month: 'long', timeZone: 'UTC' })
}

/** Formats two dates, with a common year once: before the first in Chinese, after the last in English.
 * @param {string} first
 * @param {string} last
 * @param {(date: string) => string} whole
 * @param {Intl.DateTimeFormatOptions} withoutYear */
function span(first, last, whole, withoutYear) {
  /** @param {string} date */
  const short = (date) => formatted(withoutYear, `${date.length === 7 ? `${date}-01` : date}T00:00:00Z`)
  const isOneYear = first.slice(0, 4) === last.slice(0, 4)
  const from = isOneYear && language() === 'EN' ? short(first) : whole(first)
  const to = isOneYear && language() === 'ZH' ? short(last) : whole(last)
  return say(words.fromTo, { from, to })
}
