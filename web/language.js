/** The display language, and the formatting of texts, dates and times. */

import { chosen } from './display.js'
import { words } from './texts/parts.js'

/** @typedef {{ zh: string, en: string }} Text */

export const LOCALES = { ZH: 'zh-CN', EN: 'en-GB' }

/** The display language as an enum value of the API: the chosen one, or the browser's. */
export function language() {
  return chosen('language') === 'en' ? 'EN' : 'ZH'
}

/** The text in the display language with its {placeholders} replaced.
 * @param {Text} text
 * @param {Record<string, string | number>} [gaps] */
export function say(text, gaps = {}) {
  const words = language() === 'ZH' ? text.zh : text.en
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in gaps ? String(gaps[name]) : whole))
}

/** Joins a list.
 * @param {string[]} things */
export function listed(things) {
  return things.join(say(words.comma))
}

/** Joins a label and a value.
 * @param {string} label
 * @param {string} value */
export function labelled(label, value) {
  return `${label}${say(words.colon)}${value}`
}

/** Formats a date: 2026年11月23日, 23 November 2026.
 * @param {string} date */
export function day(date) {
  return formatted({ dateStyle: 'long', timeZone: 'UTC' }, `${date}T00:00:00Z`)
}

/** Formats a day of a year that stands above it: 11月23日, 23 Nov.
 * @param {string} date */
export function dayOfYear(date) {
  return formatted({ month: 'short', day: 'numeric', timeZone: 'UTC' }, `${date}T00:00:00Z`)
}

/** Formats a month of such a year: 11月, Nov.
 * @param {string} date */
export function monthOfYear(date) {
  return formatted({ month: 'short', timeZone: 'UTC' }, `${date.slice(0, 7)}-01T00:00:00Z`)
}

/** The previous day, both in ISO format.
 * @param {string} date */
export function dayBefore(date) {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
}

/** Formats a month, given as 2026-11 or a date in it.
 * @param {string} date */
export function month(date) {
  return formatted({ year: 'numeric', month: 'long', timeZone: 'UTC' }, `${date.slice(0, 7)}-01T00:00:00Z`)
}

/** Formats a date and time in the city's time zone.
 * @param {string} moment */
export function time(moment) {
  return formatted({ dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Shanghai', hour12: false }, moment)
}

/** Today's date in the city's time zone, in ISO format. */
export function today() {
  const parts = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'Asia/Shanghai',
  }).formatToParts(new Date())
  const part = (/** @type {string} */ type) => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** @param {Intl.DateTimeFormatOptions} options @param {string} moment */
export function formatted(options, moment) {
  return new Intl.DateTimeFormat(LOCALES[language()], options).format(new Date(moment))
}
