/** One line on what a scheme costs, with the way to the page that computes it. */

import { say } from '../language.js'
import { words } from '../texts/contributions.js'
import { element } from './element.js'

/** What it costs at least, where that is known; nothing where there is neither an amount nor a page.
 * @param {{ cost: string | null, calculator: string | null }} about */
export function costLine({ cost, calculator }) {
  if (cost === null && calculator === null) return null
  return element(
    'p',
    {},
    cost !== null && `${say(words.line, { cost })} `,
    calculator !== null && element('a', { href: `#/${calculator}` }, say(words.toPage)),
  )
}
