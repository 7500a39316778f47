/** The session as of the last response; displayed data is removed when it ends. */

import { forgetAll } from './draft.js'
import { again } from './place.js'

/** @typedef {{ account: string, roles: string[], sessionExpiresAt: string }} Viewer */

/** The event of signing in or out and of an extended session. */
export const CHANGED = 'hall-session'

/** There is no session; signing in leads back to the same page. */
export class SignedOut extends Error {}

/** @type {Viewer | null} */
let current = null

const NAME = 'hall-session'
// Timers do not run while a machine sleeps; this one checks the clock right after waking.
const HEARTBEAT = 500

/** The channel to other tabs, if the browser supports it. */
const others = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null

/** @type {string | undefined} */
let account
let isLooking = false

// The difference between this machine's clock and the server's.
let ahead = 0

/** The signed-in account, or null. */
export function viewer() {
  return current
}

/** The remaining milliseconds of the session without further use. */
export function timeLeft() {
  return current === null ? 0 : Date.parse(current.sessionExpiresAt) - (Date.now() - ahead)
}

/** Stores the viewer of a response, and the difference to the server's clock if the response has its time.
 * @param {Viewer | null} seen
 * @param {string | null} [sentAt] */
export function note(seen, sentAt = null) {
  if (sentAt !== null) ahead = Date.now() - Date.parse(sentAt)
  current = seen
  dispatchEvent(new Event(CHANGED))
}

/** The viewer, for pages that require a session.
 * @template T
 * @param {T | null} answered
 * @returns {T} */
export function present(answered) {
  if (answered === null) throw new SignedOut()
  return answered
}

/** Checks the session whenever it may have ended, and then removes the displayed data. */
export function guardSession() {
  addEventListener(CHANGED, changed)
  // The back-forward cache restores a page as it was left, so it is emptied.
  addEventListener('pagehide', () => viewer() !== null && conceal())
  addEventListener('pageshow', (event) => event.persisted && again())
  document.addEventListener('visibilitychange', look)
  addEventListener('focus', look)
  setInterval(look, HEARTBEAT)
  others?.addEventListener('message', ({ data }) => heard(data))
  // Browsers without BroadcastChannel use storage events.
  addEventListener('storage', ({ key, newValue }) => key === NAME && newValue !== null && heard(JSON.parse(newValue)))
}

function changed() {
  isLooking = false
  const now = viewer()?.account
  if (now === account) return
  account = now
  tell({ account: now ?? null, isForgotten: false })
}

/** Notifies other tabs of the sign-out, so that they delete their drafts too. */
export function tellSignedOut() {
  tell({ account: null, isForgotten: true })
}

/** @typedef {{ account: string | null, isForgotten: boolean }} News */

/** @param {News} news */
function tell(news) {
  if (others !== null) {
    others.postMessage(news)
    return
  }
  try {
    localStorage.setItem(NAME, JSON.stringify(news))
    localStorage.removeItem(NAME)
  } catch {
    // Without BroadcastChannel and storage, each tab checks the session by itself.
  }
}

/** Handles the message of another tab: signed in, signed out, or session ended. Drafts stay for the same account only.
 * @param {News} news */
function heard({ account: now, isForgotten }) {
  if (isForgotten || (now !== null && now !== account)) forgetAll()
  if (now === (account ?? null)) return
  conceal()
  again()
}

/** Displays the page again if its session must have ended. */
function look() {
  if (viewer() === null || timeLeft() > 0 || isLooking) return
  isLooking = true
  conceal()
  again()
}

/** Removes the displayed data at once. */
function conceal() {
  document.getElementById('main')?.replaceChildren()
  document.title = document.title.replace(/^.* – /, '')
}
