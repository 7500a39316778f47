/** Step 2: the district. Closed districts have a reason. */

import { keep } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { labelled, listed, say } from '../language.js'
import { element } from '../parts/element.js'
import { choiceField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { go } from '../place.js'
import { answers, DRAFT } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol-district']['viewer']>['person']>['flexibleEmployment']['districts'][number]} Option */

/** Open districts as radio buttons, and closed ones below. */
export async function show() {
  const { person } = present((await ask('enrol-district', {})).viewer)
  const title = say(words.districtTitle)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const { districts } = person.flexibleEmployment
  const open = districts.filter((option) => option.selectable)
  const closed = districts.filter((option) => !option.selectable)
  const preselected = open.find((option) => option.preselected)?.district.code ?? ''
  const kept = answers().insuredDistrict ?? ''
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
    keptAs: DRAFT,
    button: say(words.goForward),
    async send({ insuredDistrict = '' }) {
      if (insuredDistrict === '') return [{ field: 'insuredDistrict', message: say(words.districtMissing) }]
      keep(DRAFT, { insuredDistrict })
      go('#/enrol/details')
    },
    content: [closedOnes(closed), field.node],
  })
  return {
    title,
    content: [backLink('#/enrol/notice'), asked.summary, heading(title, say(words.step, { step: 2 })), asked.node],
  }
}

/** The closed districts, grouped by reason.
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
