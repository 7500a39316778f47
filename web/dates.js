/** Reading typed dates. */

/** Parses a typed date to ISO format: full-width digits, 19720604, 1972/6/4, 1972年6月4日.
 * @param {string} typed */
export function isoDate(typed) {
  const found = /^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$/.exec(typed.normalize('NFKC').replace(/\s/g, ''))
  if (found === null) return null
  const [, year = '', month = '', date = ''] = found
  const iso = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const parsed = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso) ? iso : null
}
