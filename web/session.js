/** Who is signed in, as the last answer said. */

/** @typedef {{ account: string, roles: string[], sessionExpiresAt: string }} Viewer */

/** What is told when somebody signs in or out, or the session is prolonged. */
export const CHANGED = 'hall-session'

/** Nobody is signed in, or no longer; signing in leads back to the same page. */
export class SignedOut extends Error {}

/** @type {Viewer | null} */
let current = null

/** Who is signed in; null when nobody is. */
export function viewer() {
  return current
}

/** Takes note of who an answer says is signed in.
 * @param {Viewer | null} seen */
export function note(seen) {
  current = seen
  dispatchEvent(new Event(CHANGED))
}

/** The viewer, where a page needs one.
 * @template T
 * @param {T | null} answered
 * @returns {T} */
export function present(answered) {
  if (answered === null) throw new SignedOut()
  return answered
}
