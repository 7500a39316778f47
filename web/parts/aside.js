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
    telephone('12333', say(words.about12333)),
    telephone('12366', say(words.about12366)),
  )
}

/** A telephone number to call, and what it is for.
 * @param {string} number @param {string} purpose */
export function telephone(number, purpose) {
  return element('p', {}, element('a', { class: 'telephone figures', href: `tel:${number}` }, number), ` ${purpose}`)
}
