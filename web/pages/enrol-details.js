/** Step 3: the form. Fixed facts of the account are displayed; the server alone validates the input. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { comboField } from '../parts/combobox.js'
import { element } from '../parts/element.js'
import { choiceField, selectField, textField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { ownFactRows } from '../parts/own-facts.js'
import { summaryList } from '../parts/summary-list.js'
import { ownFacts } from '../own.js'
import { spellings } from '../pinyin.js'
import { go } from '../place.js'
import { answers, check, DRAFT, finish, firstGap, wrongs } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {import('../documents/answers.js').Answers['enrol-details']} Answer */
/** @typedef {NonNullable<NonNullable<Answer['viewer']>['person']>} Person */
/** @typedef {import('../own.js').Own} Own */

const RESIDENT_ID = '01'
const RESIDENCE_PERMIT = '16'

/** The form with its draft. */
export async function show() {
  const [answer, own] = await Promise.all([ask('enrol-details', {}), ownFacts()])
  const { person } = present(answer.viewer)
  const title = say(words.detailsTitle)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  const gap = firstGap()
  if (gap !== null) return { instead: gap }
  const fields = fieldsFor(person, own, answer)
  const asked = form({
    fields,
    keptAs: DRAFT,
    button: say(words.goForward),
    content: [element('h2', {}, say(words.toFill)), fields.map((field) => field.node)],
    send: checked,
  })
  return {
    title,
    content: [
      backLink('#/enrol/district'),
      asked.summary,
      heading(title, say(words.step, { step: 3 })),
      own && fixed(own),
      asked.node,
    ],
  }
}

/** Validates the draft on the server; field problems stay here, other results are shown by the next page. */
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

/** @param {Own} own */
function fixed(own) {
  return element(
    'section',
    { class: 'fixed' },
    element('h2', {}, say(words.fixed)),
    summaryList(ownFactRows(own)),
    element('p', { class: 'hint extra' }, say(words.fixedHint)),
  )
}

/** The fields of the form in the guide's order, prefilled from the record.
 * @param {Person} person @param {Own | null} own @param {Answer} answer */
function fieldsFor(person, own, { ethnicGroups, householdRegistrationTypes, positionNatures }) {
  const kept = answers()
  const household = selectable(householdRegistrationTypes?.entries ?? []).filter(({ code }) =>
    fits(code, own?.idType.code),
  )
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
      options: groups.map(({ code, name, english }) => ({
        value: code,
        label: name,
        spellings: [...spellings(code), english.toLowerCase()],
      })),
    }),
    fromRecord(own?.revealed?.residentialAddress, (recorded) =>
      textField({
        name: 'residentialAddress',
        label: say(words.residentialAddress),
        hint: say(words.residentialAddressHint),
        value: kept.residentialAddress ?? recorded,
        lines: 2,
        autocomplete: 'street-address',
      }),
    ),
    fromRecord(own?.revealed?.mobileNumber, (recorded) =>
      textField({
        name: 'mobileNumber',
        label: say(words.mobileNumber),
        hint: say(words.mobileNumberHint),
        value: kept.mobileNumber ?? recorded,
        type: 'tel',
        inputmode: 'tel',
        autocomplete: 'tel',
        width: 'control-middle figures',
      }),
    ),
    positionField(positionNatures?.entries ?? [], kept.positionNature ?? person.positionNature?.code),
  ]
}

/** A field prefilled from the record.
 * @param {string | null | undefined} recorded
 * @param {(recorded: string) => import('../parts/field.js').Field} made */
function fromRecord(recorded, made) {
  return { ...made(recorded ?? ''), recorded: recorded ?? undefined }
}

/** Whether a household registration fits the kind of document: the server refuses contradictions.
 * @param {string} code @param {string} [idType] */
function fits(code, idType) {
  const isElsewhere = /^[34]/.test(code)
  if (idType === RESIDENT_ID) return !isElsewhere
  return idType === RESIDENCE_PERMIT ? /^3[123]$/.test(code) : true
}

/** @param {{ code: string, name: string }[]} entries @param {string} [value] */
function positionField(entries, value = '') {
  return choiceField({
    name: 'positionNature',
    label: say(words.positionNature),
    hint: say(words.positionNatureHint),
    optional: true,
    value,
    options: [
      ...entries.map(({ code, name }) => ({ value: code, label: name })),
      { value: '', label: say(words.noPosition) },
    ],
  })
}

/** @template {{ selectable: boolean }} E @param {E[]} entries */
function selectable(entries) {
  return entries.filter((entry) => entry.selectable)
}

/** The recorded value, if it is selectable.
 * @param {{ code: string }[]} entries @param {{ code: string } | null} recorded */
function offered(entries, recorded) {
  return entries.some((entry) => entry.code === recorded?.code) ? recorded?.code : ''
}
