/** A scheme to choose, with where the person stands: enrolled, insured already, open today, or not and why. */

import { day, say } from '../language.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'
import { element } from './element.js'
import { serviceCard } from './service-card.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['schemes']['viewer']>['person']>['schemes'][number]} Scheme */

/** @param {Scheme} scheme */
export function schemeCard({ scheme, about, current, selfPaid, eligibility }) {
  if (current) {
    return serviceCard({
      address: `#/receipt/${current.id}`,
      title: about.title,
      text: say(words.receipt),
      picture: 'seal',
      state: { word: say(words.done), kind: 'good' },
    })
  }
  return serviceCard({
    address: enrolAddress(scheme),
    title: about.title,
    text: element('span', {}, reasons(eligibility)),
    picture: 'sheet',
    state: state(eligibility, selfPaid.length > 0),
  })
}

/** Why not, and from when; what it takes where nothing is against it.
 * @param {Scheme['eligibility']} eligibility */
function reasons({ results, becomesEligibleOn }) {
  // Two conditions may lack the same fact, and say so in the same words.
  const said = new Set(
    results.filter((result) => result.outcome !== 'PASS' && !result.declared).map((result) => result.reason),
  )
  const all = [...said, ...(becomesEligibleOn ? [say(words.from, { day: day(becomesEligibleOn) })] : [])]
  return (all.length > 0 ? all : [say(words.enrolText)]).map((reason) => element('span', { class: 'reason' }, reason))
}

/** @param {Scheme['eligibility']} eligibility @param {boolean} isInsured
 * @returns {{ word: string, kind: 'good' | 'stop' | 'wait' }} */
function state({ outcome, eligibleBy }, isInsured) {
  if (isInsured) return { word: say(words.insuredAlready), kind: 'good' }
  if (outcome === 'ELIGIBLE') return { word: say(words.canNow), kind: 'good' }
  if (outcome === 'NEEDS_INFORMATION') return { word: say(words.needsMore), kind: 'wait' }
  return eligibleBy.length > 0
    ? { word: say(words.elsewhere), kind: 'wait' }
    : { word: say(words.cannotNow), kind: 'stop' }
}
