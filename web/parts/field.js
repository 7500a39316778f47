/** Form fields: label, hint, error if any, control. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'

/** @typedef {import('./element.js').Child} Child */

/** The interface between a form and its fields.
 * @typedef {object} Field
 * @property {string} name
 * @property {HTMLElement} node
 * @property {string} target  the id that a link to the field's problem leads to
 * @property {() => string} value
 * @property {string} [recorded]  what the record says, if the field was filled in from it
 * @property {() => string | null} [complaint]  what is wrong before anything is sent
 * @property {(message: string | null) => void} explain  shows a problem, or takes it away */

/** The common options of fields.
 * @typedef {object} Described
 * @property {string} name
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [value]
 * @property {boolean} [optional] */

/** A text field of one or several lines.
 * @param {Described & { lines?: number, type?: string, inputmode?: string, autocomplete?: string, width?: string, autocapitalize?: string }} described
 * @returns {Field} */
export function textField(described) {
  const {
    name,
    value = '',
    lines = 1,
    type = 'text',
    inputmode,
    autocomplete = 'off',
    width = '',
    autocapitalize,
  } = described
  const attributes = {
    id: `field-${name}`,
    name,
    class: `control ${width}`,
    autocomplete,
    inputmode,
    autocapitalize,
    spellcheck: 'false',
  }
  const control =
    lines > 1 ? element('textarea', { ...attributes, rows: lines }) : element('input', { ...attributes, type })
  control.value = value
  return labelled(described, control, control)
}

/** A select element.
 * @param {Described & { options: { value: string, label: string }[], none?: string }} described
 * @returns {Field} */
export function selectField(described) {
  const { name, value = '', options, none = say(words.pleaseChoose) } = described
  const control = element(
    'select',
    { id: `field-${name}`, name, class: 'control' },
    element('option', { value: '' }, none),
    options.map((option) => element('option', { value: option.value }, option.label)),
  )
  control.value = value
  return labelled(described, control, control)
}

/** A field with one control and a `label` element.
 * @param {Described} described
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control
 * @param {HTMLElement} shown  the control, or what stands around it
 * @param {() => string} [value]
 * @returns {Field} */
export function labelled({ name, label, hint, optional }, control, shown, value = () => control.value) {
  const hintId = hint ? `hint-${name}` : ''
  const node = element(
    'div',
    { class: 'field' },
    element('label', { class: 'label', for: control.id }, label, optional && optionalMark()),
    hint && element('p', { class: 'hint', id: hintId }, hint),
    shown,
  )
  const explain = explaining(node, shown, name, (problemId) => {
    describedBy(control, hintId, problemId)
    if (problemId) control.setAttribute('aria-invalid', 'true')
    else control.removeAttribute('aria-invalid')
  })
  describedBy(control, hintId, '')
  return { name, node, target: control.id, value, explain }
}

/** A group of radio buttons.
 * @param {Described & { options: { value: string, label: string, hint?: string, closed?: boolean }[], columns?: boolean, legendHidden?: boolean }} described
 * @returns {Field} */
export function choiceField({ name, label, hint, value = '', optional, options, columns, legendHidden }) {
  const hintId = hint ? `hint-${name}` : ''
  const choices = element('div', { class: columns ? 'choices choices-columns' : 'choices' }, options.map(choice))
  const node = element(
    'fieldset',
    { class: 'field' },
    element('legend', { class: legendHidden ? 'unseen' : 'label' }, label, optional && optionalMark()),
    hint && element('p', { class: 'hint', id: hintId }, hint),
    choices,
  )
  describedBy(node, hintId, '')
  const first = Math.max(
    0,
    options.findIndex((option) => !option.closed),
  )
  return {
    name,
    node,
    target: `field-${name}-${first}`,
    value: () => /** @type {HTMLInputElement | null} */ (node.querySelector('input:checked'))?.value ?? '',
    explain: explaining(node, choices, name, (problemId) => describedBy(node, hintId, problemId)),
  }

  /** @param {{ value: string, label: string, hint?: string, closed?: boolean }} option @param {number} index */
  function choice(option, index) {
    const id = `field-${name}-${index}`
    const about = option.hint ? `${id}-hint` : null
    const checked = option.value === value && !option.closed
    return element(
      'div',
      { class: 'choice' },
      element('input', {
        type: 'radio',
        id,
        name,
        value: option.value,
        checked,
        disabled: option.closed,
        'aria-describedby': about,
      }),
      element('label', { for: id }, option.label),
      option.hint && element('p', { class: 'hint', id: about }, option.hint),
    )
  }
}

/** A checkbox; its value is "yes" or empty.
 * @param {Described & { lang?: string }} described
 * @returns {Field} */
export function tickField({ name, label, lang, value = '' }) {
  const control = element('input', {
    type: 'checkbox',
    id: `field-${name}`,
    name,
    value: 'yes',
    checked: value === 'yes',
  })
  const choice = element('div', { class: 'choice' }, control, element('label', { for: control.id, lang }, label))
  const node = element('div', { class: 'field' }, choice)
  const explain = explaining(node, choice, name, (problemId) => describedBy(control, '', problemId))
  return { name, node, target: control.id, value: () => (control.checked ? 'yes' : ''), explain }
}

/** Shows or removes the error above its control.
 * @param {HTMLElement} node
 * @param {HTMLElement} control
 * @param {string} name
 * @param {(problemId: string) => void} mark */
function explaining(node, control, name, mark) {
  const id = `problem-${name}`
  const problem = element('p', { class: 'field-problem', id })
  return (/** @type {string | null} */ message) => {
    node.classList.toggle('field-wrong', message !== null)
    problem.textContent = message
    if (message === null) problem.remove()
    else control.before(problem)
    mark(message === null ? '' : id)
  }
}

/** @param {HTMLElement} control @param {...string} ids */
function describedBy(control, ...ids) {
  const present = ids.filter(Boolean).join(' ')
  if (present) control.setAttribute('aria-describedby', present)
  else control.removeAttribute('aria-describedby')
}

function optionalMark() {
  return element('span', { class: 'optional' }, say(words.optional))
}
