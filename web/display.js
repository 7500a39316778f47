/** How this browser likes to read: language, size of type, light or dark. Kept across visits; says nothing about anybody. */

/** @typedef {{ language: 'zh' | 'en', reading: 'usual' | 'large', theme: 'system' | 'light' | 'dark' }} Choices */

const STORED = 'hall.display'
const TAGS = { zh: 'zh-CN', en: 'en' }

/** @type {Choices} */
const choices = { language: 'zh', reading: 'usual', theme: 'system', ...stored() }

/** What was chosen.
 * @template {keyof Choices} K
 * @param {K} name
 * @returns {Choices[K]} */
export function chosen(name) {
  return choices[name]
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
  return choices.theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : choices.theme === 'dark'
}

/** Puts the choices where the style sheets look. */
export function applyChoices() {
  const { dataset } = document.documentElement
  document.documentElement.lang = TAGS[choices.language] ?? TAGS.zh
  dataset.reading = choices.reading
  dataset.theme = choices.theme
}

/** @returns {Partial<Choices>} */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}')
  } catch {
    return {}
  }
}
