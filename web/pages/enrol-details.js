/** Step 3: the form of the scheme. What the account fixes is shown; the rest is asked for, and judged by the Hall alone. */

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
import { stepper } from '../parts/stepper.js'
import { go } from '../place.js'
import { answers, check, draftOf, finish, firstGap, keepFields, RECORDED, wrongs } from '../registration.js'
import { enrolAddress, schemeOf } from '../scheme.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol-details']['viewer']>['person']>['scheme']['form'][number]} Asked */
/** @typedef {import('../own.js').Own} Own */

// A list that is longer is searched by typing; one that is shorter is all in sight.
const LONG = 30
const SHORT = 3

/** The form, with what was typed before.
 * @param {import('../place.js').Place} place */
export async function show(place) {
  const scheme = schemeOf(place)
  const [{ viewer }, own] = await Promise.all([ask('enrol-details', { scheme }), ownFacts()])
  const { person } = present(viewer)
  if (person === null) {
    return { title: say(words.details), content: [heading(say(words.details)), lead(say(words.noPerson))] }
  }
  const gap = firstGap(scheme)
  if (gap !== null) return { instead: gap }
  const { about, form: described } = person.scheme
  const title = about.formTitle
  keepFields(scheme, described)
  const kept = answers(scheme)
  const fields = described
    .filter(({ kind }) => kind !== 'DECLARATION')
    .map((field) => fieldFor(field, kept[field.name], own))
  const asked = form({
    fields,
    keptAs: draftOf(scheme),
    button: say(words.goForward),
    content: [element('h2', {}, say(words.toFill)), fields.map((field) => field.node)],
    send: () => checked(scheme),
  })
  return {
    title,
    content: [
      backLink(enrolAddress(scheme, 'district')),
      asked.summary,
      stepper(3),
      heading(title),
      own && fixed(own),
      asked.node,
    ],
  }
}

/** Lets the Hall judge the answers; problems stay here, everything else is shown by the next page.
 * @param {import('../scheme.js').SchemeName} scheme */
async function checked(scheme) {
  const result = await check(scheme)
  if (result.__typename === 'InvalidInput') return wrongs(scheme, result)
  if (result.__typename === 'Registered') {
    finish(scheme)
    go(`#/enrol/done/${result.enrolment.id}`)
    return []
  }
  go(enrolAddress(scheme, 'check'))
  return []
}

/** @param {Own} own */
function fixed(own) {
  return element(
    'section',
    { class: 'fixed' },
    element('h2', {}, say(words.fixed)),
    summaryList(ownFactRows(own)),
    element('p', { class: 'hint' }, say(words.fixedHint)),
  )
}

/** The control of a field, with what was typed before, else with what is recorded.
 * @param {Asked} asked @param {string | undefined} typed @param {Own | null} own
 * @returns {import('../parts/field.js').Field} */
function fieldFor(asked, typed, own) {
  const { name, kind, required, label, hint, recorded, choices } = asked
  const described = { name, label, hint: hint ?? undefined, optional: !required }
  const fact = RECORDED[kind]
  if (fact) {
    const known = own?.revealed?.[fact] ?? undefined
    return { ...typedField(kind, { ...described, value: typed ?? known ?? '' }), recorded: known }
  }
  const value = typed ?? (choices.some((choice) => choice.value === recorded) ? (recorded ?? '') : '')
  if (choices.length > LONG) {
    const options = choices.map((choice) => ({
      value: choice.value,
      label: choice.label,
      spellings: [...spellings(choice.value), choice.english.toLowerCase()],
    }))
    return comboField({ ...described, value, options })
  }
  if (choices.length > SHORT) return selectField({ ...described, value, options: choices })
  const none = required ? [] : [{ value: '', label: say(words.notGiven) }]
  return choiceField({ ...described, value, options: [...choices, ...none] })
}

/** @param {string} kind @param {import('../parts/field.js').Described} described */
function typedField(kind, described) {
  if (kind === 'ADDRESS') return textField({ ...described, lines: 2, autocomplete: 'street-address' })
  return textField({
    ...described,
    type: 'tel',
    inputmode: 'tel',
    autocomplete: 'tel',
    width: 'control-middle figures',
  })
}
