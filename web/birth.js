/** The questions of sex and date of birth, as the calculators ask them, and what is wrong with the answers. */

import { isoDate } from './dates.js'
import { say } from './language.js'
import { words } from './texts/retirement.js'
import { choiceField, textField } from './parts/field.js'

/** The two fields: sex, date of birth. */
export function birthFields() {
  const sex = choiceField({
    name: 'sex',
    label: say(words.sex),
    options: [
      { value: '2', label: say(words.female) },
      { value: '1', label: say(words.male) },
    ],
  })
  const birthDate = textField({
    name: 'birthDate',
    label: say(words.birthDate),
    hint: say(words.birthDateHint),
    inputmode: 'numeric',
    autocomplete: 'bday',
    width: 'control-short figures',
  })
  return { sex, birthDate }
}

/** The date of birth in ISO format, or null; and what to correct.
 * @param {Record<string, string>} values
 * @returns {{ date: string | null, wrong: import('./form.js').Wrong[] }} */
export function birthOf({ sex = '', birthDate = '' }) {
  const date = isoDate(birthDate)
  const wrong = [
    !sex && { field: 'sex', message: say(words.sexMissing) },
    date === null && { field: 'birthDate', message: say(birthDate ? words.dateWrong : words.dateMissing) },
  ].filter((each) => each !== false)
  return { date, wrong }
}
