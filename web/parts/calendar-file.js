/** A day for the person's own calendar, as a file of RFC 5545; the browser makes it, and it is sent nowhere. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {{ day: string, title: string, detail: string, url: string | null }} Due */

const LINE = 70

/** @param {Due[]} due */
export function calendarButton(due) {
  const file = new Blob([calendarFile(due)], { type: 'text/calendar' })
  return element(
    'a',
    { class: 'button button-quiet no-print', href: URL.createObjectURL(file), download: `${due[0]?.day}.ics` },
    icon('calendar'),
    say(words.toCalendarFile),
  )
}

/** An event of a whole day for each, with a reminder three days before.
 * @param {Due[]} due */
function calendarFile(due) {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//The Hall//Due dates//EN']
  return [...lines, ...due.flatMap((each) => event(each, stamp)), 'END:VCALENDAR', ''].map(folded).join('\r\n')
}

/** @param {Due} due @param {string} stamp */
function event({ day, title, detail, url }, stamp) {
  const compact = day.replaceAll('-', '')
  return [
    'BEGIN:VEVENT',
    `UID:${compact}-${stamp}@hall`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${compact}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(detail)}`,
    ...(url === null ? [] : [`URL:${url}`]),
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-P3D',
    `DESCRIPTION:${escaped(title)}`,
    'END:VALARM',
    'END:VEVENT',
  ]
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n')
}

/** Lines of at most 75 octets: further ones begin with a space.
 * @param {string} line */
function folded(line) {
  const parts = []
  let part = ''
  let octets = 0
  for (const sign of line) {
    const more = new TextEncoder().encode(sign).length
    if (octets + more > LINE) {
      parts.push(part)
      part = ''
      octets = 0
    }
    part += sign
    octets += more
  }
  return [...parts, part].join('\r\n ')
}
