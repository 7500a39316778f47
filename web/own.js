/** The person's own unmasked facts for the pages of the form: requested once, so that the access log has one entry, and kept in memory only. */

import { ask } from './hall.js'
import { say } from './language.js'
import { CHANGED, viewer } from './session.js'
import { words } from './texts/enrol.js'

/** @typedef {NonNullable<NonNullable<import('./documents/answers.js').Answers['enrol-own']['viewer']>['person']>} Own */

/** @type {{ account: string, person: Own | null } | null} */
let held = null

addEventListener(CHANGED, () => {
  if (held !== null && viewer()?.account !== held.account) held = null
})

/** The unmasked facts of the signed-in person, or null. */
export async function ownFacts() {
  if (held === null) {
    const seen = (await ask('enrol-own', { purpose: say(words.ownPurpose) })).viewer
    if (seen === null) return null
    held = { account: seen.account, person: seen.person }
  }
  return held.person
}
