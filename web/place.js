/** Addresses: where the person is, and how to send them elsewhere. An address never holds personal data. */

/** @typedef {{ path: string, parameters: Record<string, string>, query: URLSearchParams }} Place */

/** What `hashchange` says, for a page that has to be shown anew at the same address. */
export const AGAIN = 'hall-again'

/** What is said when something fails that its page cannot mend. */
export const FAILED = 'hall-failed'

/** The path and query of the present address: `#/people?district=120101`.
 * Programs that pass links on escape the slash, or the whole; and some people end an address with one. */
export function here() {
  const hash = location.hash.replace(/^#/, '')
  const [escaped = '', rest = ''] = hash.split('?')
  const [path = '', query = ''] = hash.includes('?') ? [unescaped(escaped), rest] : unescaped(hash).split('?')
  return { path: path.replace(/\/+$/, '') || '/', query: new URLSearchParams(query) }
}

/** An address as it was before its slashes were escaped; one that begins with a slash was not.
 * @param {string} address */
function unescaped(address) {
  if (!/^%2f/i.test(address)) return address
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
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
