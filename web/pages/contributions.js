/** The contribution calculator. Public; input is neither in the URL nor stored. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { say, today } from '../language.js'
import { yuan } from '../parts/amount.js'
import { contributionsShown } from '../parts/contributions.js'
import { element, fill } from '../parts/element.js'
import { choiceField, selectField, textField, tickField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { inset, panel } from '../parts/panel.js'
import { words } from '../texts/contributions.js'

/** @typedef {import('../documents/answers.js').Answers['contributions']} Answer */
/** @typedef {import('../documents/answers.js').Variables['contributions']} Question */
/** @typedef {NonNullable<Answer['contributions']>} Result */

const PENSION = '110'
const MEDICAL = '310'
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
/** The form field of each field problem of the API. */
const FIELDS = { firstMonth: 'year', amount: 'amount', insurances: 'pension' }

/** The form, and the result at the lowest base. */
export async function show() {
  const title = say(words.title)
  const first = await ask('contributions', {})
  const result = own(first)
  if (result === null) return { title, content: [heading(title), lead(say(words.missing))] }
  const answer = element('div', { tabindex: -1 }, shown(result))
  const hasRecord = Boolean(first.viewer?.person)
  const fields = fieldsOf(result.__typename === 'Contributions' ? result.firstMonth : today().slice(0, 7))
  const { year, month, period, base, amount, pension, medical, subsidised } = fields
  base.node.addEventListener('change', offerAmount)
  offerAmount()
  const asked = form({
    fields: hasRecord
      ? [year, month, period, base, amount, pension, medical]
      : [year, month, period, base, amount, pension, medical, subsidised],
    content: [
      element('div', { class: 'choices choices-columns' }, year.node, month.node),
      period.node,
      base.node,
      amount.node,
      element(
        'fieldset',
        { class: 'field' },
        element('legend', { class: 'label' }, say(words.insurances)),
        pension.node,
        medical.node,
      ),
      hasRecord ? element('p', { class: 'hint' }, say(words.ownSubsidy)) : subsidised.node,
    ],
    button: say(words.calculate),
    send: calculated,
  })
  return { title, content: [asked.summary, heading(title), lead(say(words.lead)), atFirst(result), asked.node, answer] }

  function offerAmount() {
    amount.node.hidden = base.value() !== 'AMOUNT'
  }

  /** @param {Record<string, string>} values */
  async function calculated(values) {
    fill(answer)
    const found = own(await ask('contributions', question(values)))
    if (found?.__typename === 'InvalidInput') return wrongs(found)
    if (found !== null) fill(answer, shown(found))
    answer.focus()
    return []
  }
}

/** The result at the lowest base, shown before any input.
 * @param {Result} result */
function atFirst(result) {
  if (result.__typename !== 'Contributions' || !result.complete || result.amount === null) return null
  return inset(element('p', {}, say(words.line, { cost: say(words.atLeast, { amount: yuan(result.amount) }) })))
}

/** The person's own result with the recorded subsidy, or the public one without a record.
 * @param {Answer} answer @returns {Result | null} */
function own({ viewer, contributions }) {
  return viewer?.person ? viewer.person.flexibleEmployment.contributions : contributions
}

/** @param {Result} result */
function shown(result) {
  if (result.__typename === 'Contributions') return contributionsShown(result)
  return [
    panel(
      'note',
      say(words.cannot),
      result.fields.map(({ message }) => element('p', {}, message)),
    ),
  ]
}

/** @param {Extract<Result, { __typename: 'InvalidInput' }>} result */
function wrongs({ fields }) {
  return fields.map(({ path: [name = ''], message }) => ({
    field: FIELDS[/** @type {keyof typeof FIELDS} */ (name)],
    message,
  }))
}

/** @param {Record<string, string>} values @returns {Question} */
function question({ year, month, period, base, amount, pension, medical, subsidised }) {
  return {
    firstMonth: `${year}-${month}`,
    period: period === 'QUARTER' || period === 'YEAR' ? period : 'MONTH',
    base: base === 'HIGHEST' || base === 'AMOUNT' ? base : 'LOWEST',
    amount: base === 'AMOUNT' ? (amount ?? '') : null,
    insurances: [pension ? PENSION : '', medical ? MEDICAL : ''].filter((code) => code !== ''),
    subsidised: subsidised === 'yes',
  }
}

/** @param {string} firstMonth  the preselected month, like 2026-11 */
function fieldsOf(firstMonth) {
  const [year = '', month = ''] = firstMonth.split('-')
  const years = [-2, -1, 0, 1].map((distance) => String(Number(year) + distance))
  return {
    year: selectField({
      name: 'year',
      label: say(words.year),
      value: year,
      options: years.map((each) => ({ value: each, label: say(words.yearOf, { year: each }) })),
    }),
    month: selectField({
      name: 'month',
      label: say(words.month),
      value: month,
      options: MONTHS.map((each) => ({
        value: String(each).padStart(2, '0'),
        label: say(words.monthOf, { month: each }),
      })),
    }),
    period: choiceField({
      name: 'period',
      label: say(words.period),
      value: 'MONTH',
      options: [
        { value: 'MONTH', label: say(words.byMonth), hint: say(words.byMonthHint) },
        { value: 'QUARTER', label: say(words.byQuarter), hint: say(words.byQuarterHint) },
        { value: 'YEAR', label: say(words.byYear), hint: say(words.byYearHint) },
      ],
    }),
    base: choiceField({
      name: 'base',
      label: say(words.base),
      value: 'LOWEST',
      options: [
        { value: 'LOWEST', label: say(words.lowest) },
        { value: 'HIGHEST', label: say(words.highest) },
        { value: 'AMOUNT', label: say(words.stated) },
      ],
    }),
    amount: textField({
      name: 'amount',
      label: say(words.amount),
      hint: say(words.amountHint),
      inputmode: 'decimal',
      width: 'control-short figures',
    }),
    pension: tickField({ name: 'pension', label: say(words.pension), value: 'yes' }),
    medical: tickField({ name: 'medical', label: say(words.medical), value: 'yes' }),
    subsidised: tickField({ name: 'subsidised', label: say(words.subsidised) }),
  }
}
