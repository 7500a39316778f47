/** A line with the cost of flexible employment, and a link to the calculator. */

import { say } from '../language.js'
import { words } from '../texts/contributions.js'
import { yuan } from './amount.js'
import { element } from './element.js'

/** @typedef {{ __typename: 'Contributions', amount: number | null, complete: boolean } | { __typename: 'InvalidInput' } | null} Known */

/** The amount at the lowest base, if known, and the link.
 * @param {Known} known */
export function contributionLine(known) {
  const amount = known?.__typename === 'Contributions' && known.complete ? known.amount : null
  return element(
    'p',
    {},
    amount !== null && `${say(words.line, { amount: yuan(amount) })} `,
    element('a', { href: '#/contributions' }, say(words.toPage)),
  )
}
