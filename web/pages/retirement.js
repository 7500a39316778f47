/** The statutory retirement date. Needs no sign-in; the birth date goes into no address and is not kept. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { day, say, today } from '../language.js'
import { element, fill } from '../parts/element.js'
import { choiceField, textField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { retirementLine } from '../parts/retirement-line.js'
import { words } from '../texts/retirement.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['retirement']['retirement']>} Retirement */

const FEMALE = '2'

/** The question, and the answer on a line. */
export async function show() {
  const answer = element('div', { tabindex: -1 })
  const sex = choiceField({ name: 'sex', label: say(words.sex), options: [{ value: FEMALE, label: say(words.female) }, { value: '1', label: say(words.male) }] })
  const birthDate = textField({ name: 'birthDate', label: say(words.birthDate), hint: say(words.birthDateHint), inputmode: 'numeric', autocomplete: 'bday', width: 'control-short figures' })
  const nature = choiceField({
    name: 'positionNature',
    label: say(words.position),
    hint: say(words.positionHint),
    optional: true,
    options: [{ value: 'MANAGEMENT', label: say(words.management) }, { value: 'PRODUCTION', label: say(words.production) }, { value: '', label: say(words.unknown) }],
  })
  const asked = form({ fields: [sex, birthDate, nature], button: say(words.calculate), send: calculated })
  return { title: say(words.title), content: [asked.summary, heading(say(words.title)), lead(say(words.lead)), asked.node, answer] }

  /** @param {Record<string, string>} values */
  async function calculated(values) {
    fill(answer)
    const date = isoDate(values.birthDate ?? '')
    const missing = [
      !values.sex && { field: 'sex', message: say(words.sexMissing) },
      date === null && { field: 'birthDate', message: say(values.birthDate ? words.dateWrong : words.dateMissing) },
    ].filter((wrong) => wrong !== false)
    if (missing.length > 0 || date === null) return missing
    const { retirement } = await ask('retirement', { sex: values.sex ?? '', birthDate: date, positionNature: position(values.positionNature) })
    if (retirement === null) return [{ field: 'birthDate', message: say(words.impossible) }]
    fill(answer, shown(retirement))
    answer.focus()
    return []
  }
}

/** @param {string} [value] */
function position(value) {
  return value === 'MANAGEMENT' || value === 'PRODUCTION' ? value : null
}

/** A date as the API writes it, from what people type: full-width digits, 19720604, 1972/6/4, 1972年6月4日.
 * @param {string} typed */
export function isoDate(typed) {
  const found = /^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$/.exec(typed.normalize('NFKC').replace(/\s/g, ''))
  if (found === null) return null
  const [, year = '', month = '', date = ''] = found
  const iso = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const parsed = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso) ? iso : null
}

/** @param {Retirement} retirement */
function shown({ date, years, months, delayMonths, legalBasis, minimumContributionMonths, alternatives }) {
  const marks = [
    { date: today(), kind: /** @type {const} */ ('today') },
    { date, kind: /** @type {const} */ ('statutory') },
    ...alternatives.map((each) => ({ date: each.date, kind: /** @type {const} */ ('flexible'), note: say(words.age, { years: each.years, months: each.months }) })),
  ]
  return [
    element('h2', {}, say(words.answer)),
    element('p', { class: 'big-answer figures' }, day(date)),
    element('p', {}, say(words.age, { years, months }), ' · ', delayMonths > 0 ? say(words.delay, { months: delayMonths }) : say(words.noDelay)),
    retirementLine(marks),
    alternatives.length > 0 && element('p', { class: 'hint' }, say(words.alternatives)),
    minimumContributionMonths !== null && element('p', { class: 'hint' }, say(words.contribution, { years: Math.floor(minimumContributionMonths / 12), months: minimumContributionMonths % 12 })),
    element('p', { class: 'hint' }, say(words.basis), element('span', { lang: 'zh-CN' }, legalBasis)),
  ]
}
