/** Step 2: the district. Those that are closed say why. */

import { keep } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { labelled, listed, say } from '../language.js'
import { element } from '../parts/element.js'
import { choiceField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { stepper } from '../parts/stepper.js'
import { go } from '../place.js'
import { answers, draftOf } from '../registration.js'
import { enrolAddress, schemeOf } from '../scheme.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol-district']['viewer']>['person']>['scheme']['districts'][number]} Option */

/** All districts, open ones to choose from.
 * @param {import('../place.js').Place} place */
export async function show(place) {
  const scheme = schemeOf(place)
  const { person } = present((await ask('enrol-district', { scheme })).viewer)
  const title = say(words.districtTitle)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const { current, districts } = person.scheme
  if (current !== null) return { instead: `#/receipt/${current.id}` }
  const open = districts.filter((option) => option.selectable)
  const closed = districts.filter((option) => !option.selectable)
  const preselected = open.find((option) => option.preselected)?.district.code ?? ''
  const kept = answers(scheme).insuredDistrict ?? ''
  const field = choiceField({
    name: 'insuredDistrict',
    label: title,
    hint: say(words.districtHint),
    legendHidden: true,
    columns: true,
    value: open.some((option) => option.district.code === kept) ? kept : preselected,
    options: open.map(({ district }) => ({ value: district.code, label: district.name })),
  })
  const asked = form({
    fields: [field],
    keptAs: draftOf(scheme),
    button: say(words.goForward),
    async send({ insuredDistrict = '' }) {
      if (insuredDistrict === '') return [{ field: 'insuredDistrict', message: say(words.districtMissing) }]
      keep(draftOf(scheme), { insuredDistrict })
      go(enrolAddress(scheme, 'details'))
    },
    content: [closedOnes(closed), field.node],
  })
  const back = backLink(enrolAddress(scheme, 'notice'))
  return {
    title,
    content: [back, asked.summary, stepper(2), heading(title), asked.node],
  }
}

/** The closed districts under the reason why they are closed.
 * @param {Option[]} closed */
function closedOnes(closed) {
  const reasons = [...new Set(closed.map((option) => option.reason ?? ''))]
  return reasons.map((reason) => {
    const names = closed.filter((option) => (option.reason ?? '') === reason).map((option) => option.district.name)
    return inset(
      element('p', {}, element('strong', {}, reason)),
      element('p', { class: 'hint' }, labelled(say(words.closed), listed(names))),
    )
  })
}
