/** An ARIA combobox with a listbox, searchable by name or pinyin. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { announce } from './announcer.js'
import { element, fill } from './element.js'
import { labelled } from './field.js'

/** An option; `spellings` are further search terms in lower case without spaces.
 * @typedef {{ value: string, label: string, spellings: string[] }} Option */

/** A field whose value is that of the selected option, or the typed text if it matches none.
 * @param {import('./field.js').Described & { options: Option[] }} described
 * @returns {import('./field.js').Field} */
export function comboField(described) {
  const { name, value = '', options, label } = described
  const listId = `list-${name}`
  const control = element('input', {
    id: `field-${name}`,
    name,
    class: 'control',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    input: () => open(),
    keydown: pressed,
    focusout: settle,
    click: () => open({ all: true }),
  })
  control.value = options.find((option) => option.value === value)?.label ?? value
  const list = element('ul', { id: listId, class: 'options', role: 'listbox', 'aria-label': label, hidden: true })
  const opener = element('button', {
    type: 'button',
    class: 'opener',
    tabindex: -1,
    'aria-label': say(words.openList),
    mousedown: (event) => event.preventDefault(),
    click: () => (list.hidden ? open({ all: true }) : close()),
  })
  /** @type {Option[]} */
  let offered = []
  let active = -1
  const field = labelled(described, control, element('div', { class: 'combobox' }, control, opener, list), chosen)
  return { ...field, complaint }

  function complaint() {
    settle()
    return isSettled() ? null : say(words.chooseFromList)
  }

  function isSettled() {
    const typed = control.value.trim()
    return typed === '' || options.some((option) => option.label === typed)
  }

  /** Leaving the field selects what was meant, if it can only be one. */
  function settle() {
    const meant = isSettled() ? [] : meantBy(options, control.value)
    if (meant.length === 1) choose(/** @type {Option} */ (meant[0]))
    else close()
  }

  function chosen() {
    const typed = control.value.trim()
    return options.find((option) => option.label === typed)?.value ?? typed
  }

  /** @param {{ all?: boolean }} [how] */
  function open({ all = false } = {}) {
    control.focus()
    const exact = options.some((option) => option.label === control.value.trim())
    offered = all && exact ? options : matching(options, control.value)
    active = -1
    control.removeAttribute('aria-activedescendant')
    fill(list, offered.length ? offered.map(item) : element('li', { class: 'no-option' }, say(words.noMatches)))
    list.hidden = false
    control.setAttribute('aria-expanded', 'true')
    announce(offered.length ? say(words.matches, { count: offered.length }) : say(words.noMatches))
  }

  function close() {
    list.hidden = true
    control.setAttribute('aria-expanded', 'false')
    control.removeAttribute('aria-activedescendant')
  }

  /** @param {Option} option @param {number} index */
  function item(option, index) {
    return element(
      'li',
      {
        id: `${listId}-${index}`,
        role: 'option',
        class: 'option',
        'aria-selected': String(option.label === control.value),
        mousedown: take,
      },
      option.label,
    )

    /** @param {Event} event */
    function take(event) {
      event.preventDefault()
      choose(option)
    }
  }

  /** @param {Option} option */
  function choose(option) {
    control.value = option.label
    control.dispatchEvent(new Event('change', { bubbles: true }))
    close()
  }

  /** @param {Event} event */
  function pressed(event) {
    const { key, isComposing } = /** @type {KeyboardEvent} */ (event)
    if (isComposing) return
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault()
      if (list.hidden) open({ all: true })
      move(key === 'ArrowDown' ? 1 : -1)
    } else if (key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault()
      choose(/** @type {Option} */ (offered[active]))
    } else if (key === 'Escape' && !list.hidden) {
      event.preventDefault()
      close()
    }
  }

  /** @param {number} step */
  function move(step) {
    if (offered.length === 0) return
    list.children[active]?.classList.remove('active')
    active = active < 0 && step < 0 ? offered.length - 1 : (active + step + offered.length) % offered.length
    const now = /** @type {Element} */ (list.children[active])
    now.classList.add('active')
    now.scrollIntoView({ block: 'nearest' })
    control.setAttribute('aria-activedescendant', now.id)
  }
}

/** The options that a text can mean when it is left as it is: those with exactly this name or spelling, else all that match.
 * @param {Option[]} options
 * @param {string} typed */
function meantBy(options, typed) {
  const wanted = folded(typed)
  const exact = options.filter((option) => [option.label.toLowerCase(), ...option.spellings].includes(wanted))
  return exact.length > 0 ? exact : matching(options, typed)
}

/** @param {string} typed */
function folded(typed) {
  return typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s'’]/g, '')
}

/** The options that match a text; prefix matches first.
 * @param {Option[]} options
 * @param {string} typed */
export function matching(options, typed) {
  const wanted = folded(typed)
  if (wanted === '') return options
  const names = (/** @type {Option} */ option) => [option.label.toLowerCase(), ...option.spellings]
  const beginning = options.filter((option) => names(option).some((spelling) => spelling.startsWith(wanted)))
  const holding = options.filter(
    (option) => !beginning.includes(option) && names(option).some((spelling) => spelling.includes(wanted)),
  )
  return [...beginning, ...holding]
}
