/** A card of a service: title, description, and status. */

import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {import('./element.js').Child} Child */

/** @param {{ address: string, title: string, text: Child, picture: Parameters<typeof icon>[0], state?: import('./scheme-card.js').State }} described */
export function serviceCard({ address, title, text, picture, state }) {
  return element(
    'li',
    { class: 'card' },
    icon(picture, 'card-picture'),
    element(
      'div',
      {},
      element('h3', {}, element('a', { href: address }, title)),
      state && element('p', { class: `tag tag-${state.kind}` }, state.word),
      element('p', { class: 'card-text' }, text),
    ),
  )
}

/** @param {...Child} cards */
export function cards(...cards) {
  return element('ul', { class: 'cards' }, ...cards)
}
