/** How this browser likes to read: language, size of type, light or dark. Kept across visits; says nothing about anybody. */

/** @typedef {{ language: 'zh' | 'en', reading: 'usual' | 'large', theme: 'system' | 'light' | 'dark' }} Choices */

const STORED = 'hall.display'
const TAGS = { zh: 'zh-CN', en: 'en' }

/** @type {Choices} */
const usual = { language: /^zh\b/i.test(navigator.language) ? 'zh' : 'en', reading: 'usual', theme: 'system' }
/** Only what was chosen: to keep the theme is not to keep the browser's language. */
const choices = stored()

/** What was chosen, or is usual.
 * @template {keyof Choices} K
 * @param {K} name
 * @returns {Choices[K]} */
export function chosen(name) {
  return choices[name] ?? usual[name]
}

/** Chooses, shows it at once, and keeps it.
 * @template {keyof Choices} K
 * @param {K} name
 * @param {Choices[K]} value */
export function choose(name, value) {
  choices[name] = value
  applyChoices()
  keepChoices()
}

/** Keeps what was chosen; also after signing out, when the browser has forgotten everything else. */
export function keepChoices() {
  try {
    localStorage.setItem(STORED, JSON.stringify(choices))
  } catch {
    // A browser that keeps nothing still shows what was chosen, until it is closed.
  }
}

/** Whether the screen is dark now, by choice or by the system. */
export function isDark() {
  return chosen('theme') === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen('theme') === 'dark'
}

/** Puts the choices where the style sheets look. */
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
