/** 我能办吗: three questions, answered by the rules, without signing in. Nothing is stored or put in the URL. */

import { birthFields, birthOf } from '../birth.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { element, fill } from '../parts/element.js'
import { choiceField } from '../parts/field.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { nextSteps } from '../parts/next-steps.js'
import { reasons, stateOf } from '../parts/scheme-card.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/check.js'
import { words as birth } from '../texts/retirement.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['check']['assessment']>[number]} Assessment */
/** @typedef {import('../documents/answers.js').Variables['check']['situation']} Situation */

/** @type {[Situation, import('../language.js').Text][]} */
const SITUATIONS = [
  ['EMPLOYER_STOPPED', words.employerStopped],
  ['NEVER', words.never],
  ['EMPLOYER_PAYS', words.employerPays],
  ['SELF_PAYS', words.selfPays],
]

/** The questions, and the answer of each scheme. */
export async function show() {
  const answer = element('div', { tabindex: -1 })
  const situation = choiceField({
    name: 'situation',
    label: say(words.situation),
    options: SITUATIONS.map(([value, label]) => ({ value, label: say(label) })),
  })
  const { sex, birthDate } = birthFields()
  const asked = form({ fields: [situation, birthDate, sex], button: say(words.ask), send: assess })
  return {
    title: say(words.title),
    content: [asked.summary, heading(say(words.title)), lead(say(words.lead)), asked.node, answer],
  }

  /** @param {Record<string, string>} values */
  async function assess(values) {
    fill(answer)
    const { date, wrong } = birthOf(values)
    if (!values.situation) wrong.unshift({ field: 'situation', message: say(words.situationMissing) })
    if (wrong.length > 0 || date === null) return wrong
    const { assessment } = await ask('check', {
      sex: values.sex ?? '',
      birthDate: date,
      situation: /** @type {Situation} */ (values.situation),
    })
    if (assessment === null) return [{ field: 'birthDate', message: say(birth.impossible) }]
    fill(
      answer,
      element('h2', {}, say(words.answer)),
      assessment.map(shown),
      element('p', { class: 'hint' }, say(words.assumed)),
    )
    answer.focus()
    return []
  }
}

/** @param {Assessment} assessment */
function shown({ about, eligibility }) {
  const state = stateOf({ eligibility, selfPaid: [] })
  const isOpen = eligibility.outcome !== 'NOT_ELIGIBLE'
  return element(
    'section',
    { class: `primary primary-${state.kind}` },
    element('p', { class: 'caption' }, about.title),
    element('h3', {}, state.word),
    element('p', {}, isOpen && eligibility.outcome === 'ELIGIBLE' ? say(words.allMet) : reasons(eligibility)),
    isOpen
      ? element('p', {}, linkButton(enrolAddress(about.name), say(words.signInToEnrol)))
      : nextSteps(eligibility.nextSteps),
  )
}
