/** Display settings: language, type size, theme. Stored across visits; they are no personal data. */

/** @typedef {{ language: 'zh' | 'en', reading: 'usual' | 'large', theme: 'system' | 'light' | 'dark' }} Choices */

const STORED = 'hall.display'
const TAGS = { zh: 'zh-CN', en: 'en' }

/** @type {Choices} */
const usual = { language: /^zh\b/i.test(navigator.language) ? 'zh' : 'en', reading: 'usual', theme: 'system' }
/** Explicit choices only: storing the theme does not store the browser's language. */
const choices = stored()

/** The chosen or default setting.
 * @template {keyof Choices} K
 * @param {K} name
 * @returns {Choices[K]} */
export function chosen(name) {
  return choices[name] ?? usual[name]
}

/** Changes a setting, applies it, and stores it.
 * @template {keyof Choices} K
 * @param {K} name
 * @param {Choices[K]} value */
export function choose(name, value) {
  choices[name] = value
  applyChoices()
  keepChoices()
}

/** Stores the choices; called after signing out too, when Clear-Site-Data has cleared the storage. */
export function keepChoices() {
  try {
    localStorage.setItem(STORED, JSON.stringify(choices))
  } catch {
    // Without storage the choices apply until the page is closed.
  }
}

/** Whether the dark theme is active, by choice or by the system. */
export function isDark() {
  return chosen('theme') === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen('theme') === 'dark'
}

/** Sets the attributes that the style sheets select. */
export function applyChoices() {
  const { dataset } = document.documentElement
  document.documentElement.lang = TAGS[chosen('language')] ?? TAGS.zh
  dataset.reading = chosen('reading')
  dataset.theme = chosen('theme')
}

/** @returns {Partial<Choices>} */
function stored() {
  try {
    return { ...JSON.parse(localStorage.getItem(STORED) ?? '{}') }
  } catch {
    return {}
  }
}
