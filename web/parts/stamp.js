/** A stamp with the status of a registration. It is decoration, and no official seal. */

import { element, svg } from './element.js'

/** @param {string} word @param {boolean} isWithdrawn */
export function stamp(word, isWithdrawn) {
  return element(
    'div',
    { class: isWithdrawn ? 'stamp stamp-withdrawn' : 'stamp' },
    svg(
      'svg',
      { viewBox: '0 0 100 100', role: 'img', 'aria-label': word },
      svg('circle', { cx: 50, cy: 50, r: 46 }),
      svg('circle', { class: 'thin', cx: 50, cy: 50, r: 40 }),
      svg('path', { class: 'thin', d: 'M30 40V34a20 20 0 0 1 40 0v6' }),
      svg('path', { class: 'thin', d: 'M26 74c4-3.500 8-3.500 12 0s8 3.500 12 0 8-3.500 12 0 8 3.500 12 0' }),
      svg('text', { x: 50, y: 63, class: word.length > 4 ? 'small' : null }, word),
    ),
  )
}
