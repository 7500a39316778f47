/** How spans are said: so many months, from one day to another. Apart from language.js, which every first visit loads. */

import { day, formatted, language, LOCALES, month, say } from './language.js'
import { words } from './texts/spans.js'

/** So many of a unit: 3个月, 3 months.
 * @param {number} count
 * @param {'month' | 'year'} unit */
export function counted(count, unit) {
  return new Intl.NumberFormat(LOCALES[language()], { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

/** Days from one to another: 2026年11月21日至12月19日, 21 November to 19 December 2026.
 * @param {string} first
 * @param {string} last */
export function days(first, last) {
  return span(first, last, day, { month: 'long', day: 'numeric', timeZone: 'UTC' })
}

/** Months from one to another, or one alone: 2026年1月至11月, January to November 2026.
 * @param {string} first
 * @param {string} last */
export function months(first, last) {
  return first === last ? month(first) : span(first, last, month, { month: 'long', timeZone: 'UTC' })
}

/** Two dates with their year once where it is the same: before the first in Chinese, behind the last in English.
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
