/** Addresses: where the person is, and how to send them elsewhere. An address never holds personal data. */

/** @typedef {{ path: string, parameters: Record<string, string>, query: URLSearchParams }} Place */

/** What `hashchange` says, for a page that has to be shown anew at the same address. */
export const AGAIN = 'hall-again'

/** What is said when something fails that its page cannot mend. */
export const FAILED = 'hall-failed'

/** The path and query of the present address: `#/people?district=120101`. */
export function here() {
  const [path = '', query = ''] = location.hash.replace(/^#/, '').split('?')
  return { path: path || '/', query: new URLSearchParams(query) }
}

/** Sends the person to a page.
 * @param {string} address */
export function go(address) {
  if (location.hash === address) again()
  else location.hash = address
}

/** Sends the person to a page; going back will not lead here.
 * @param {string} address */
export function goInstead(address) {
  history.replaceState(null, '', address)
  again()
}

/** Shows the present page anew. */
export function again() {
  dispatchEvent(new Event(AGAIN))
}

/** Hands a problem to whoever shows pages.
 * @param {unknown} problem */
export function failed(problem) {
  dispatchEvent(new CustomEvent(FAILED, { detail: problem }))
}
