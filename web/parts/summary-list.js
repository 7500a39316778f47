/** A description list of facts. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'

/** @typedef {import('./element.js').Child} Child */
/** @typedef {{ label: string, value: Child, change?: { address: string, what: string, word: string } }} Row */

/** A list of facts; an empty value is shown as not recorded.
 * @param {Row[]} rows
 * @param {string} [extra] */
export function summaryList(rows, extra = '') {
  return element('dl', { class: `facts ${extra}` }, rows.map(row))
}

/** @param {Row} fact */
function row({ label, value, change }) {
  return element(
    'div',
    { class: 'fact' },
    element('dt', {}, label),
    element(
      'dd',
      {},
      element('span', { class: value ? 'fact-value' : 'fact-value missing' }, value || say(words.empty)),
      change &&
        element(
          'a',
          { class: 'change', href: change.address },
          change.word,
          element('span', { class: 'unseen' }, change.what),
        ),
    ),
  )
}
