/** The top of a page: the back link, the step of a journey, and the heading. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {import('./element.js').Child} Child */

/** The h1 of a page, which gets the focus when the page is displayed.
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

/** A link to the previous page.
 * @param {string} address
 * @param {string} [word] */
export function backLink(address, word = say(words.back)) {
  return element('a', { class: 'back no-print', href: address }, icon('back'), word)
}

/** The lead sentence of a page.
 * @param {...Child} content */
export function lead(...content) {
  return element('p', { class: 'lead' }, ...content)
}

/** A link styled as a button.
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
