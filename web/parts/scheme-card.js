/** A scheme to choose, with where the person stands: enrolled, insured already, open today, or not and why. */

import { day, say } from '../language.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'
import { element } from './element.js'
import { serviceCard } from './service-card.js'

/** @typedef {{ word: string, kind: 'good' | 'other' | 'wait' | 'no' }} State */
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
    state: stateOf({ eligibility, selfPaid }),
  })
}

/** Why not, and from when; what it takes where nothing is against it.
 * @param {Pick<Scheme['eligibility'], 'results' | 'becomesEligibleOn'>} eligibility */
export function reasons({ results, becomesEligibleOn }) {
  // Two conditions may lack the same fact, and say so in the same words.
  const said = new Set(
    results.filter((result) => result.outcome !== 'PASS' && !result.declared).map((result) => result.reason),
  )
  const all = [...said, ...(becomesEligibleOn ? [say(words.from, { day: day(becomesEligibleOn) })] : [])]
  return (all.length > 0 ? all : [say(words.enrolText)]).map((reason) => element('span', { class: 'reason' }, reason))
}

/** The verdict in a word, coloured by outcome: yes, another channel, not yet, no.
 * @param {{ selfPaid: unknown[], eligibility: Pick<Scheme['eligibility'], 'outcome' | 'eligibleBy' | 'becomesEligibleOn'> }} scheme
 * @returns {State} */
export function stateOf({ selfPaid, eligibility: { outcome, eligibleBy, becomesEligibleOn } }) {
  if (selfPaid.length > 0) return { word: say(words.insuredAlready), kind: 'good' }
  if (outcome === 'ELIGIBLE') return { word: say(words.canNow), kind: 'good' }
  if (outcome === 'NEEDS_INFORMATION') return { word: say(words.needsMore), kind: 'wait' }
  if (eligibleBy.length > 0) return { word: say(words.elsewhere), kind: 'other' }
  return becomesEligibleOn
    ? { word: say(words.from, { day: day(becomesEligibleOn) }), kind: 'wait' }
    : { word: say(words.cannotNow), kind: 'no' }
}
