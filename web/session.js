/** Who is signed in, as the last answer said; and what was shown, which ends with the session. */

import { forgetAll } from './draft.js'
import { again } from './place.js'

/** @typedef {{ account: string, roles: string[], sessionExpiresAt: string }} Viewer */

/** What is told when somebody signs in or out, or the session is prolonged. */
export const CHANGED = 'hall-session'

/** Nobody is signed in, or no longer; signing in leads back to the same page. */
export class SignedOut extends Error {}

/** @type {Viewer | null} */
let current = null

const NAME = 'hall-session'
// Timers stand still while a machine sleeps; this one looks at the clock right after it has woken.
const HEARTBEAT = 500

/** Tells the other tabs, where the browser can. */
const others = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null

/** @type {string | undefined} */
let account
let isLooking = false

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

/** Looks at the session whenever it may have ended unseen, and shows nothing of it from then on. */
export function guardSession() {
  addEventListener(CHANGED, changed)
  // A page in the back-forward cache comes back as it was left: it is left empty.
  addEventListener('pagehide', () => viewer() !== null && conceal())
  addEventListener('pageshow', (event) => event.persisted && again())
  document.addEventListener('visibilitychange', look)
  addEventListener('focus', look)
  setInterval(look, HEARTBEAT)
  others?.addEventListener('message', ({ data }) => heard(data))
  // Browsers without channels hear it from the storage that all tabs share.
  addEventListener('storage', ({ key, newValue }) => key === NAME && newValue !== null && heard(JSON.parse(newValue)))
}

function changed() {
  isLooking = false
  const now = viewer()?.account
  if (now === account) return
  account = now
  tell({ account: now ?? null, isForgotten: false })
}

/** Tells the other tabs that the person has signed out, so that they forget what was typed as well. */
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
    // A browser that neither has channels nor keeps anything: each tab looks for itself.
  }
}

/** Another tab has signed in or out, or found its session ended. What was typed is the person's who comes back alone.
 * @param {News} news */
function heard({ account: now, isForgotten }) {
  if (isForgotten || (now !== null && now !== account)) forgetAll()
  if (now === (account ?? null)) return
  conceal()
  again()
}

/** Shows the page anew where its session must have ended. */
function look() {
  if (viewer() === null || timeLeft() > 0 || isLooking) return
  isLooking = true
  conceal()
  again()
}

/** Takes what is shown away before anything else happens. */
function conceal() {
  document.getElementById('main')?.replaceChildren()
  document.title = document.title.replace(/^.* – /, '')
}
