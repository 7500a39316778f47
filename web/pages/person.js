/** For staff: a person's record, opened after stating a purpose. */

import { form } from '../form.js'
import { PEOPLE, kept } from '../draft.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { element, fill } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { recordView } from '../parts/record-view.js'
import { present } from '../session.js'
import { words } from '../texts/people.js'

/** The form for the purpose, which the record replaces.
 * @param {import('../place.js').Place} place */
export async function show({ parameters: { id = '' } }) {
  present((await ask('session', {})).viewer)
  const title = say(words.personTitle)
  const place = element('div', {})
  const purpose = textField({
    name: 'purpose',
    label: say(words.purpose),
    hint: say(words.purposeHint),
    // Stated with the search that led here.
    value: kept(PEOPLE).purpose ?? '',
  })
  const asked = form({
    fields: [purpose],
    button: say(words.openRecord),
    send: ({ purpose: why = '' }) => opened(id, why.trim(), place),
  })
  fill(place, lead(say(words.personLead)), asked.node)
  return {
    title,
    content: [backLink(kept(PEOPLE).address ?? '#/people', say(words.back)), asked.summary, heading(title), place],
  }
}

/** @param {string} id @param {string} purpose @param {HTMLElement} place */
async function opened(id, purpose, place) {
  if (purpose === '') return [{ field: 'purpose', message: say(words.purposeMissing) }]
  const { viewer, node } = await ask('person', { id, purpose })
  present(viewer)
  if (node?.__typename !== 'Person') return [{ field: 'purpose', message: say(words.notFound) }]
  const record = element('div', {}, recordView(node, null))
  const said = element('p', { tabindex: -1 }, say(words.stated, { purpose }))
  const { node: revealing, summary } = form({
    fields: [],
    button: say(words.reveal),
    look: 'button button-quiet',
    send: revealed,
  })
  fill(place, summary, inset(said, revealing), record)
  const title = document.querySelector('#main h1')
  // The title of the document, which the browser keeps, does not name the person.
  if (title) title.textContent = node.name
  said.focus()
  return []

  async function revealed() {
    const { viewer: still, node: answered } = await ask('person-reveal', { id, purpose })
    present(still)
    if (node?.__typename !== 'Person' || answered?.__typename !== 'Person' || answered.revealed === null) {
      return [{ message: say(words.notFound) }]
    }
    fill(record, recordView(node, answered.revealed))
    said.textContent = say(words.revealed)
    revealing.remove()
    said.focus()
    return []
  }
}
