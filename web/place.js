/** URLs: the current route, and navigation. A URL never contains personal data. */

/** @typedef {{ path: string, parameters: Record<string, string>, query: URLSearchParams }} Place */

/** The event that displays the page at the same URL again, like `hashchange`. */
export const AGAIN = 'hall-again'

/** The event of a failure that a page cannot handle. */
export const FAILED = 'hall-failed'

/** The path and query of the current URL: `#/people?district=120101`.
 * Other programs may escape the slash or the whole fragment, and a URL may have a trailing slash. */
export function here() {
  const hash = location.hash.replace(/^#/, '')
  const [escaped = '', rest = ''] = hash.split('?')
  const [path = '', query = ''] = hash.includes('?') ? [unescaped(escaped), rest] : unescaped(hash).split('?')
  return { path: path.replace(/\/+$/, '') || '/', query: new URLSearchParams(query) }
}

/** Decodes a fragment whose slashes were escaped; one that starts with a slash is unchanged.
 * @param {string} address */
function unescaped(address) {
  if (!/^%2f/i.test(address)) return address
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

/** Navigates to a page.
 * @param {string} address */
export function go(address) {
  if (location.hash === address) again()
  else location.hash = address
}

/** Navigates to a page and replaces the history entry.
 * @param {string} address */
export function goInstead(address) {
  history.replaceState(null, '', address)
  again()
}

/** Displays the current page again. */
export function again() {
  dispatchEvent(new Event(AGAIN))
}

/** Passes a failure to the router.
 * @param {unknown} problem */
export function failed(problem) {
  dispatchEvent(new CustomEvent(FAILED, { detail: problem }))
}
