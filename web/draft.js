/** Drafts of forms, kept until they are sent or the person signs out: in session storage, because kiosks are shared. */

/** The name of the draft of the staff's search. */
export const PEOPLE = 'people'

const PREFIX = 'hall.draft.'

/** @type {Map<string, string>} */
const withoutStorage = new Map()

/** The draft of a name.
 * @param {string} name
 * @returns {Record<string, string>} */
export function kept(name) {
  try {
    return JSON.parse(withoutStorage.get(name) ?? sessionStorage.getItem(PREFIX + name) ?? '{}')
  } catch {
    return JSON.parse(withoutStorage.get(name) ?? '{}')
  }
}

/** Merges changes into a draft.
 * @param {string} name
 * @param {Record<string, string | undefined>} changes  what is undefined is forgotten */
export function keep(name, changes) {
  const whole = JSON.stringify({ ...kept(name), ...changes })
  try {
    sessionStorage.setItem(PREFIX + name, whole)
    withoutStorage.delete(name)
  } catch {
    // Storage is full or disabled: the draft is kept in memory, and takes precedence over the stored one.
    withoutStorage.set(name, whole)
  }
}

/** Deletes the draft of a name.
 * @param {string} name */
export function forget(name) {
  withoutStorage.delete(name)
  try {
    sessionStorage.removeItem(PREFIX + name)
  } catch {
    // Storage is disabled, so it has no draft.
  }
}

/** Deletes all drafts. */
export function forgetAll() {
  withoutStorage.clear()
  try {
    sessionStorage.clear()
  } catch {
    // Storage is disabled, so it has no draft.
  }
}
