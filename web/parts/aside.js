/** A page's content with an aside: beside it on a wide screen, below it on a phone. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'

/** @typedef {import('./element.js').Child} Child */

/** @param {Child[]} content @param {Child[]} aside */
export function withAside(content, aside) {
  return element(
    'div',
    { class: 'columns' },
    element('div', { class: 'column' }, ...content),
    element('aside', { class: 'aside' }, ...aside, help()),
  )
}

/** Whom to ask. */
export function help() {
  return element(
    'section',
    { class: 'help' },
    element('h2', {}, say(words.help)),
    element('p', {}, element('a', { class: 'figures', href: 'tel:12333' }, '12333'), ` ${say(words.about12333)}`),
    element('p', {}, element('a', { class: 'figures', href: 'tel:12366' }, '12366'), ` ${say(words.about12366)}`),
  )
}
