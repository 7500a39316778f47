/** The retirement calculator. Public; the birth date is neither in the URL nor stored. */

import { birthFields, birthOf } from '../birth.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { day, say, today } from '../language.js'

import { element, fill } from '../parts/element.js'
import { choiceField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { retirementLine } from '../parts/retirement-line.js'
import { counted } from '../spans.js'
import { words } from '../texts/retirement.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['retirement']['retirement']>} Retirement */

const FLEXIBLE = 'FLEXIBLE'
const kinds = /** @type {const} */ ({ STATUTORY: 'statutory', EARLIER: 'earlier', LATER: 'later' })

/** The form, and the result on a timeline. */
export async function show() {
  const answer = element('div', { tabindex: -1 })
  const { sex, birthDate } = birthFields()
  const employment = choiceField({
    name: 'formOfEmployment',
    label: say(words.employment),
    hint: say(words.employmentHint),
    value: FLEXIBLE,
    options: [
      { value: FLEXIBLE, label: say(words.flexibleEmployment) },
      { value: 'WITH_EMPLOYER', label: say(words.withEmployer) },
    ],
  })
  const nature = choiceField({
    name: 'positionNature',
    label: say(words.position),
    hint: say(words.positionHint),
    optional: true,
    options: [
      { value: 'MANAGEMENT', label: say(words.management) },
      { value: 'PRODUCTION', label: say(words.production) },
      { value: '', label: say(words.unknown) },
    ],
  })
  const asked = form({ fields: [sex, birthDate, employment, nature], button: say(words.calculate), send: calculated })
  return {
    title: say(words.title),
    content: [asked.summary, heading(say(words.title)), lead(say(words.lead)), asked.node, answer],
  }

  /** @param {Record<string, string>} values */
  async function calculated(values) {
    fill(answer)
    const { date, wrong } = birthOf(values)
    if (wrong.length > 0 || date === null) return wrong
    const formOfEmployment = values.formOfEmployment === 'WITH_EMPLOYER' ? 'WITH_EMPLOYER' : FLEXIBLE
    const { retirement } = await ask('retirement', {
      sex: values.sex ?? '',
      birthDate: date,
      positionNature: position(values.positionNature),
      formOfEmployment,
    })
    if (retirement === null) return [{ field: 'birthDate', message: say(words.impossible) }]
    fill(answer, shown(retirement, formOfEmployment))
    answer.focus()
    return []
  }
}

/** @param {string} [value] */
function position(value) {
  return value === 'MANAGEMENT' || value === 'PRODUCTION' ? value : null
}

/** @param {Retirement} retirement @param {string} formOfEmployment */
function shown(
  { date, years, months, delayMonths, legalBasis, minimumContributionMonths, alternatives },
  formOfEmployment,
) {
  const chosen = alternatives.map((each) => ({
    kind: kinds[each.kind],
    date: each.date,
    note: age(each.years, each.months),
    condition: each.condition,
  }))
  return [
    element('h2', {}, say(words.answer)),
    element('p', { class: 'big-answer figures' }, day(date)),
    element(
      'p',
      {},
      age(years, months),
      ' · ',
      delayMonths > 0 ? say(words.delay, { months: counted(delayMonths, 'month') }) : say(words.noDelay),
    ),
    retirementLine([{ kind: 'today', date: today() }, { kind: 'statutory', date }, ...chosen]),
    delayMonths > 0 && formOfEmployment === FLEXIBLE && element('p', { class: 'hint' }, say(words.noLater)),
    minimumContributionMonths !== null &&
      element('p', { class: 'hint' }, say(words.contribution, { span: span(minimumContributionMonths) })),
    element('p', { class: 'hint' }, say(words.basis), element('span', { lang: 'zh-CN' }, legalBasis)),
  ]
}

/** Formats an age. @param {number} years @param {number} months */
function age(years, months) {
  return months === 0 ? say(words.wholeAge, { years }) : say(words.age, { years, months: counted(months, 'month') })
}

/** @param {number} months */
function span(months) {
  const years = counted(Math.floor(months / 12), 'year')
  return months % 12 === 0 ? years : say(words.span, { years, months: counted(months % 12, 'month') })
}
