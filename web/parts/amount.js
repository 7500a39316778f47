/** Formatting of amounts of money. */

import { language } from '../language.js'

/** Formats fen as yuan with two decimals: 1,476.30.
 * @param {number} fen */
export function yuan(fen) {
  return new Intl.NumberFormat(language() === 'ZH' ? 'zh-CN' : 'en-GB', { minimumFractionDigits: 2 }).format(fen / 100)
}
