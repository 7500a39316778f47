/** Step 3: the form. What the account fixes is shown; the rest is asked for, and judged by the Hall alone. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { comboField } from '../parts/combobox.js'
import { element } from '../parts/element.js'
import { choiceField, selectField, textField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { summaryList } from '../parts/summary-list.js'
import { spellings } from '../pinyin.js'
import { go, goInstead } from '../place.js'
import { answers, check, DRAFT, finish, firstGap, wrongs } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'
import { labels } from '../texts/record.js'

/** @typedef {import('../documents/answers.js').Answers['enrol-details']} Answer */
/** @typedef {NonNullable<NonNullable<Answer['viewer']>['person']>} Person */

/** The form, with what was typed before. */
export async function show() {
  const answer = await ask('enrol-details', {})
  const { person } = present(answer.viewer)
  const title = say(words.detailsTitle)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const gap = firstGap()
  if (gap !== null) goInstead(gap)
  const fields = fieldsFor(person, answer)
  const asked = form({
    fields,
    keptAs: DRAFT,
    button: say(words.goForward),
    content: [element('h2', {}, say(words.toFill)), fields.map((field) => field.node)],
    send: checked,
  })
  return {
    title,
    content: [backLink('#/enrol/district'), asked.summary, heading(title, say(words.step, { step: 3 })), fixed(person), asked.node],
  }
}

/** Lets the Hall judge the answers; problems stay here, everything else is shown by the next page. */
async function checked() {
  const result = await check()
  if (result.__typename === 'InvalidInput') return wrongs(result)
  if (result.__typename === 'FlexibleEmploymentRegistered') {
    finish()
    go(`#/enrol/done/${result.enrolment.id}`)
    return []
  }
  go('#/enrol/check')
  return []
}

/** @param {Person} person */
function fixed({ idType, idNumber, name, sex, birthDate }) {
  return element(
    'section',
    { class: 'fixed' },
    element('h2', {}, say(words.fixed)),
    summaryList([
      { label: say(labels.idType), value: idType.name },
      { label: say(labels.idNumber), value: element('span', { class: 'figures' }, idNumber) },
      { label: say(labels.name), value: name },
      { label: say(labels.sex), value: sex?.name },
      { label: say(labels.birthDate), value: birthDate && element('span', { class: 'figures' }, birthDate) },
    ]),
    element('p', { class: 'hint extra' }, say(words.fixedHint)),
  )
}

/** @param {Person} person @param {Answer} answer */
function fieldsFor(person, { ethnicGroups, householdRegistrationTypes, positionNatures }) {
  const kept = answers()
  const household = selectable(householdRegistrationTypes?.entries ?? [])
  const groups = selectable(ethnicGroups?.entries ?? [])
  return [
    selectField({
      name: 'householdRegistrationType',
      label: say(words.householdRegistrationType),
      hint: say(words.householdRegistrationTypeHint),
      value: kept.householdRegistrationType ?? offered(household, person.householdRegistrationType),
      options: household.map(({ code, name }) => ({ value: code, label: name })),
    }),
    comboField({
      name: 'ethnicGroup',
      label: say(words.ethnicGroup),
      hint: say(words.ethnicGroupHint),
      value: kept.ethnicGroup ?? offered(groups, person.ethnicGroup),
      options: groups.map(({ code, name, english }) => ({ value: code, label: name, spellings: [...spellings(code), english.toLowerCase()] })),
    }),
    textField({
      name: 'residentialAddress',
      label: say(words.residentialAddress),
      hint: say(words.residentialAddressHint),
      value: kept.residentialAddress,
      lines: 2,
      autocomplete: 'street-address',
    }),
    textField({
      name: 'mobileNumber',
      label: say(words.mobileNumber),
      hint: say(words.mobileNumberHint),
      value: kept.mobileNumber,
      type: 'tel',
      inputmode: 'tel',
      autocomplete: 'tel',
      width: 'control-middle figures',
    }),
    ...(positionMatters(person) ? [positionField(positionNatures?.entries ?? [], kept.positionNature)] : []),
  ]
}

/** Whether managers and production workers get different answers, so that the question is worth asking.
 * @param {Person} person */
function positionMatters({ flexibleEmployment: { asManager, asProductionWorker } }) {
  return told(asManager) !== told(asProductionWorker)
}

/** What a verdict would tell the person.
 * @param {Person['flexibleEmployment']['asManager']} eligibility */
function told({ outcome, results }) {
  return [outcome, ...results.flatMap((result) => [result.outcome, result.notice])].join()
}

/** @param {{ code: string, name: string }[]} entries @param {string} [value] */
function positionField(entries, value = '') {
  return choiceField({
    name: 'positionNature',
    label: say(words.positionNature),
    hint: say(words.positionNatureHint),
    optional: true,
    value,
    options: [...entries.map(({ code, name }) => ({ value: code, label: name })), { value: '', label: say(words.noPosition) }],
  })
}

/** @template {{ selectable: boolean }} E @param {E[]} entries */
function selectable(entries) {
  return entries.filter((entry) => entry.selectable)
}

/** What is recorded already, if it may be chosen.
 * @param {{ code: string }[]} entries @param {{ code: string } | null} recorded */
function offered(entries, recorded) {
  return entries.some((entry) => entry.code === recorded?.code) ? recorded?.code : ''
}
