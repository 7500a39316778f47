/** Who is signed in, as the last answer said. */

/** @typedef {{ account: string, roles: string[], sessionExpiresAt: string }} Viewer */

/** What is told when somebody signs in or out, or the session is prolonged. */
export const CHANGED = 'hall-session'

/** Nobody is signed in, or no longer; signing in leads back to the same page. */
export class SignedOut extends Error {}

/** @type {Viewer | null} */
let current = null

// How far this machine's clock runs ahead of the Hall's.
let ahead = 0

/** Who is signed in; null when nobody is. */
export function viewer() {
  return current
}

/** How long the session lasts unless it is used, in milliseconds. */
export function timeLeft() {
  return current === null ? 0 : Date.parse(current.sessionExpiresAt) - (Date.now() - ahead)
}

/** Takes note of who an answer says is signed in, and of the Hall's clock if the answer tells it.
 * @param {Viewer | null} seen
 * @param {string | null} [sentAt] */
export function note(seen, sentAt = null) {
  if (sentAt !== null) ahead = Date.now() - Date.parse(sentAt)
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
