/** A form that prevents double submission, keeps its draft, and shows errors at their fields. */

import { keep } from './draft.js'
import { Unreachable } from './hall.js'
import { say } from './language.js'
import { announce, takeBack } from './parts/announcer.js'
import { element, fill } from './parts/element.js'
import { panel } from './parts/panel.js'
import { failed } from './place.js'
import { words } from './texts/parts.js'

/** @typedef {import('./parts/element.js').Child} Child */
/** @typedef {import('./parts/field.js').Field} Field */
/** @typedef {{ field?: string, message: string, address?: string }} Wrong  a problem, and the field or URL where it can be corrected */

/** Returns the form; its error summary is inserted above the page's heading.
 * @param {object} described
 * @param {Field[]} described.fields
 * @param {Child[]} [described.content]  what the form shows, if more than its fields
 * @param {string} described.button
 * @param {string} [described.keptAs]  the name of the draft that keeps what is typed
 * @param {string} [described.look]  the class of the button
 * @param {(values: Record<string, string>) => Promise<Wrong[] | void>} described.send */
export function form({ fields, content, button, keptAs, look = 'button', send }) {
  const summary = element('div', { class: 'summary-place' })
  const lost = element('div', {})
  const sender = element('button', { type: 'submit', class: look }, button)
  const busy = element('p', { class: 'busy', hidden: true }, say(words.sending))
  const node = element(
    'form',
    { novalidate: true, submit: submitted, input: typed, change: typed },
    ...(content ?? fields.map((field) => field.node)),
    lost,
    element('div', { class: 'buttons' }, sender, busy),
  )
  return { node, summary, explain }

  /** @param {Event} event */
  async function submitted(event) {
    event.preventDefault()
    if (isBusy()) return
    setBusy(true)
    fill(lost)
    typed()
    try {
      const complaints = fields.flatMap((field) => {
        const message = field.complaint?.() ?? null
        return message === null ? [] : [{ field: field.name, message }]
      })
      explain(complaints.length > 0 ? complaints : ((await send(values())) ?? []))
    } catch (problem) {
      if (problem instanceof Unreachable) explainLost()
      else failed(problem)
    } finally {
      setBusy(false)
    }
  }

  /** Shows problems at their fields and in the summary, which takes the focus.
   * @param {Wrong[]} wrongs */
  function explain(wrongs) {
    const order = (/** @type {Wrong} */ wrong) => fields.findIndex((field) => field.name === wrong.field)
    wrongs.sort((one, other) => order(one) - order(other))
    for (const field of fields) field.explain(wrongs.find((wrong) => wrong.field === field.name)?.message ?? null)
    fill(summary)
    document.title = document.title.replace(say(words.errorPrefix), '')
    if (wrongs.length === 0) return
    document.title = say(words.errorPrefix) + document.title
    const shown = errorSummary(wrongs, fields)
    fill(summary, shown)
    shown.focus()
  }

  function explainLost() {
    const message = panel('lost', say(words.lostTitle), say(words.lostText))
    message.tabIndex = -1
    fill(lost, message)
    sender.textContent = say(words.retry)
    message.focus()
  }

  function typed() {
    if (keptAs) keep(keptAs, Object.fromEntries(fields.map((field) => [field.name, typedInto(field)])))
  }

  /** The typed values; fields that still have the recorded value are left out, so that no storage contains it.
   * @param {Field} field */
  function typedInto(field) {
    const value = field.value()
    return value === field.recorded ? undefined : value
  }

  function values() {
    return Object.fromEntries(fields.map((field) => [field.name, field.value()]))
  }

  function isBusy() {
    return sender.getAttribute('aria-disabled') === 'true'
  }

  /** @param {boolean} sending */
  function setBusy(sending) {
    if (sending) sender.setAttribute('aria-disabled', 'true')
    else sender.removeAttribute('aria-disabled')
    busy.hidden = !sending
    if (sending) announce(say(words.sending))
    else takeBack(say(words.sending))
  }
}

/** The error summary: each problem links to its field or URL.
 * @param {Wrong[]} wrongs
 * @param {Field[]} fields */
function errorSummary(wrongs, fields) {
  return element(
    'div',
    { class: 'error-summary', role: 'alert', tabindex: -1, 'aria-labelledby': 'error-summary-title' },
    element('h2', { id: 'error-summary-title' }, say(words.problemTitle)),
    element(
      'ul',
      {},
      wrongs.map((wrong) => element('li', {}, linked(wrong))),
    ),
  )

  /** @param {Wrong} wrong */
  function linked(wrong) {
    const target = fields.find((field) => field.name === wrong.field)?.target
    if (target === undefined) {
      return wrong.address ? element('a', { href: wrong.address }, wrong.message) : wrong.message
    }
    return element('a', { href: `#${target}`, click: (event) => toField(event, target) }, wrong.message)
  }
}

/** Focuses a field without changing the URL.
 * @param {Event} event
 * @param {string} target */
function toField(event, target) {
  event.preventDefault()
  const control = document.getElementById(target)
  control?.closest('.field')?.scrollIntoView()
  control?.focus()
}
