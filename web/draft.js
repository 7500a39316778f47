/** What was typed, kept until it is sent or the person signs out: in session storage, because kiosks are shared. */

/** The draft of what staff look for. */
export const PEOPLE = 'people'

const PREFIX = 'hall.draft.'

/** @type {Map<string, string>} */
const withoutStorage = new Map()

/** What is kept under a name.
 * @param {string} name
 * @returns {Record<string, string>} */
export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? withoutStorage.get(name) ?? '{}')
  } catch {
    return JSON.parse(withoutStorage.get(name) ?? '{}')
  }
}

/** Keeps changes beside what is kept already.
 * @param {string} name
 * @param {Record<string, string | undefined>} changes  what is undefined is forgotten */
export function keep(name, changes) {
  const whole = JSON.stringify({ ...kept(name), ...changes })
  try {
    sessionStorage.setItem(PREFIX + name, whole)
  } catch {
    withoutStorage.set(name, whole)
  }
}

/** Forgets what is kept under a name.
 * @param {string} name */
export function forget(name) {
  withoutStorage.delete(name)
  try {
    sessionStorage.removeItem(PREFIX + name)
  } catch {
    // Nothing was kept there.
  }
}

/** Forgets everything that was typed. */
export function forgetAll() {
  withoutStorage.clear()
  try {
    sessionStorage.clear()
  } catch {
    // Nothing was kept there.
  }
}
