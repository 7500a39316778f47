/** The scheme in an address: `flexible-employment` for FLEXIBLE_EMPLOYMENT. Which schemes there are, the Hall says. */

/** @typedef {import('./documents/answers.js').Variables['enrol']['scheme']} SchemeName */

/** The scheme as addresses name it.
 * @param {string} name */
export function slugOf(name) {
  return name.toLowerCase().replaceAll('_', '-')
}

/** The scheme that an address names.
 * @param {string} slug @returns {SchemeName} */
export function schemeNamed(slug) {
  return /** @type {SchemeName} */ (slug.toUpperCase().replaceAll('-', '_'))
}

/** The scheme of a page's address.
 * @param {import('./place.js').Place} place */
export function schemeOf({ parameters: { scheme = '' } }) {
  return schemeNamed(scheme)
}

/** The address of a page of enrolling in a scheme.
 * @param {string} scheme @param {string} [page] */
export function enrolAddress(scheme, page = '') {
  return `#/enrol/${slugOf(scheme)}${page && `/${page}`}`
}
