// Masks of personal facts: the rules of api/people/masks.py.

const DISTRICT = /(?<!自治)(?<!行政)(?<![小社园厂校院街片宅活属舍景])区|县|(?<![红彩])旗/u
const CITY = /(?<![超城门夜菜早])市/u
const REGION = /自治区|特别行政区/u
const MAX_REGION_LENGTH = 30

/** @param {string} value */
export const name = value => `${String.fromCodePoint(value.codePointAt(0) ?? 42)}*`

/** @param {string | null} value */
export const number = value => {
  if (value === null) return null
  if (value.length <= 8) return '*'.repeat(value.length)
  return value.slice(0, 3) + '*'.repeat(value.length - 7) + value.slice(-4)
}

/** @param {string | null} value */
export const birthDate = value => (value === null ? null : `${value.slice(0, 4)}-**-**`)

/** @param {string | null} value */
export const address = value => {
  if (value === null) return null
  const begin = value.slice(0, MAX_REGION_LENGTH)
  const found = DISTRICT.exec(begin) ?? CITY.exec(begin) ?? REGION.exec(begin)
  return `${found ? begin.slice(0, found.index + found[0].length) : ''}****`
}
