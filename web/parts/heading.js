/** The top of a page: the way back, where one is in a journey, and what the page is called. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {import('./element.js').Child} Child */

/** The one heading of a page, which takes the focus when the page comes.
 * @param {string} title
 * @param {Child} [caption] */
export function heading(title, caption) {
  return element(
    'div',
    { class: 'heading' },
    caption && element('p', { class: 'caption' }, caption),
    element('h1', { tabindex: -1 }, title),
  )
}

/** A link to the page before.
 * @param {string} address
 * @param {string} [word] */
export function backLink(address, word = say(words.back)) {
  return element('a', { class: 'back no-print', href: address }, icon('back'), word)
}

/** A sentence that opens a page.
 * @param {...Child} content */
export function lead(...content) {
  return element('p', { class: 'lead' }, ...content)
}

/** A link that looks like the button it is.
 * @param {string} address
 * @param {string} word
 * @param {string} [look] */
export function linkButton(address, word, look = 'button') {
  return element('a', { class: look, href: address }, word)
}

/** The button that prints the page. */
export function printButton() {
  return element(
    'button',
    { type: 'button', class: 'button button-quiet no-print', click: () => print() },
    icon('print'),
    say(words.print),
  )
}
