/** A panel with one message: a note, a success, or a problem. */

import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {import('./element.js').Child} Child */
/** @typedef {'note' | 'good' | 'stop' | 'lost' | 'wait'} Kind */

/** @type {Record<Kind, 'question' | 'tick' | 'cross' | 'clock' | 'sheet'>} */
const ICONS = { note: 'sheet', good: 'tick', stop: 'cross', lost: 'cross', wait: 'clock' }

/** A panel with a title and its content.
 * @param {Kind} kind
 * @param {string} title
 * @param {...Child} content */
export function panel(kind, title, ...content) {
  return element(
    'section',
    { class: `panel panel-${kind}` },
    element('h2', { class: 'panel-title' }, icon(ICONS[kind]), element('span', {}, title)),
    element('div', { class: 'panel-content' }, ...content),
  )
}

/** A highlighted sentence.
 * @param {...Child} content */
export function inset(...content) {
  return element('div', { class: 'inset' }, ...content)
}

/** A details element.
 * @param {string} title
 * @param {...Child} content */
export function unfolding(title, ...content) {
  return element(
    'details',
    { class: 'unfolding' },
    element('summary', {}, title),
    element('div', { class: 'unfolded' }, ...content),
  )
}
