/** The language of the screen, and how it says words, days and times. */

import { chosen } from './display.js'
import { words } from './texts/parts.js'

/** @typedef {{ zh: string, en: string }} Text */

export const LOCALES = { ZH: 'zh-CN', EN: 'en-GB' }

/** The language of the screen, as the API names it: the one that was chosen, at the first visit the browser's. */
export function language() {
  return chosen('language') === 'en' ? 'EN' : 'ZH'
}

/** The text in the language of the screen, its {gaps} filled.
 * @param {Text} text
 * @param {Record<string, string | number>} [gaps] */
export function say(text, gaps = {}) {
  const words = language() === 'ZH' ? text.zh : text.en
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in gaps ? String(gaps[name]) : whole))
}

/** Several things in one sentence.
 * @param {string[]} things */
export function listed(things) {
  return things.join(say(words.comma))
}

/** What something is, and then what it says.
 * @param {string} label
 * @param {string} value */
export function labelled(label, value) {
  return `${label}${say(words.colon)}${value}`
}

/** A day in words: 2026年11月23日, 23 November 2026.
 * @param {string} date */
export function day(date) {
  return formatted({ dateStyle: 'long', timeZone: 'UTC' }, `${date}T00:00:00Z`)
}

/** The day before a day, both as 2026-11-23.
 * @param {string} date */
export function dayBefore(date) {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
}

/** A month in words, from 2026-11 or a day of it.
 * @param {string} date */
export function month(date) {
  return formatted({ year: 'numeric', month: 'long', timeZone: 'UTC' }, `${date.slice(0, 7)}-01T00:00:00Z`)
}

/** A day and time of the city's clock.
 * @param {string} moment */
export function time(moment) {
  return formatted({ dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Shanghai', hour12: false }, moment)
}

/** Today's date by the city's clock, as 2026-11-23. */
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
