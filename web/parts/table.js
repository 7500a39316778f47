/** A table that scrolls sideways inside the page where it is wider than the screen. */

import { element } from './element.js'

/** @param {string} label  what the table shows, for readers of the screen
 * @param {string[]} columns  the heads of its columns
 * @param {Node[]} rows
 * @param {string} [kind]  a class for its width */
export function scrollingTable(label, columns, rows, kind = '') {
  return element(
    'div',
    { class: `table-scroll ${kind}`.trim(), tabindex: 0, role: 'region', 'aria-label': label },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          columns.map((column) => element('th', { scope: 'col' }, column)),
        ),
      ),
      element('tbody', {}, rows),
    ),
  )
}
