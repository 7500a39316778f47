/** One line on what flexible employment costs, with the way to the page that computes it. */

import { say } from '../language.js'
import { words } from '../texts/contributions.js'
import { yuan } from './amount.js'
import { element } from './element.js'

/** @typedef {{ __typename: 'Contributions', amount: number | null, complete: boolean } | { __typename: 'InvalidInput' } | null} Known */

/** The amount at the lowest base where it is known; the way to the page in any case.
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
