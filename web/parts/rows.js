/** Compact rows, each a link with what stands there: for what is not the next thing to do. */

import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {import('./element.js').Child} Child */
/** @typedef {{ address: string, title: string, value?: Child, state?: { word: string, kind: 'good' | 'other' | 'wait' | 'no' } | null }} Row */

/** @param {(Row | false | null)[]} given */
export function rows(...given) {
  return element('ul', { class: 'rows' }, given.map(row))
}

/** @param {Row | false | null} given */
function row(given) {
  if (!given) return null
  const { address, title, value, state } = given
  return element(
    'li',
    { class: 'row' },
    element('a', { href: address }, title),
    element(
      'span',
      { class: 'row-value' },
      state && element('span', { class: `tag tag-${state.kind}` }, state.word),
      value,
    ),
    icon('forward'),
  )
}
