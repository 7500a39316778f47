/** 个人基本信息查询: the person's own record, masked until it is revealed. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { say, time } from '../language.js'
import { element, fill } from '../parts/element.js'
import { choiceField } from '../parts/field.js'
import { heading, lead, printButton } from '../parts/heading.js'
import { inset, unfolding } from '../parts/panel.js'
import { recordView } from '../parts/record-view.js'
import { again } from '../place.js'
import { present } from '../session.js'
import { words } from '../texts/record.js'

/** @typedef {import('../parts/record-view.js').Person} Person */
/** @typedef {import('../parts/record-view.js').Revealed} Revealed */

/** The record of the signed-in person. */
export async function show() {
  const { person } = present((await ask('record', {})).viewer)
  const title = say(words.title)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const place = element('div', {})
  const asked = revealing((revealed) => fill(place, recordView(person, revealed), printed()), place)
  fill(place, recordView(person, null), printed())
  return { title, content: [asked.summary, heading(title), asked.node, place] }
}

/** The form for the purpose, which reveals the record.
 * @param {(revealed: Revealed) => void} shown
 * @param {HTMLElement} place */
function revealing(shown, place) {
  const options = Object.values(words.purposes).map((purpose) => ({ value: say(purpose), label: say(purpose) }))
  const purpose = choiceField({ name: 'purpose', label: say(words.purpose), hint: say(words.revealText), options })
  const asked = form({ fields: [purpose], button: say(words.reveal), send: reveal })
  const node = element(
    'div',
    { class: 'no-print' },
    inset(element('p', {}, say(words.masked)), unfolding(say(words.revealTitle), asked.node)),
  )
  return { node, summary: asked.summary }

  /** @param {Record<string, string>} values */
  async function reveal({ purpose: why = '' }) {
    if (why === '') return [{ field: 'purpose', message: say(words.purposeMissing) }]
    const { person } = present((await ask('record-reveal', { purpose: why })).viewer)
    if (!person?.revealed) return [{ field: 'purpose', message: say(words.notEntitled) }]
    shown(person.revealed)
    const hide = element('button', { type: 'button', class: 'button button-quiet', click: again }, say(words.hide))
    const said = inset(element('p', { tabindex: -1 }, say(words.revealed)), hide)
    fill(node, said)
    said.querySelector('p')?.focus()
    place.scrollIntoView({ block: 'nearest' })
  }
}

function printed() {
  return element(
    'div',
    { class: 'buttons' },
    printButton(),
    element('p', { class: 'hint' }, say(words.asOf, { time: time(new Date().toISOString()) })),
  )
}
