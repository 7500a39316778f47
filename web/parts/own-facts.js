/** The fixed facts of the account on the form, unmasked, with the guide's labels and in its order. */

import { day, say } from '../language.js'
import { labels } from '../texts/record.js'
import { element } from './element.js'

/** @typedef {import('./summary-list.js').Row} Row */
/** @typedef {{ idType: { name: string }, sex: { name: string } | null, revealed: { name: string, idNumber: string, birthDate: string | null } | null }} Own */

/** @param {Own} own @returns {Row[]} */
export function ownFactRows({ idType, sex, revealed }) {
  return [
    { label: say(labels.idType), value: idType.name },
    { label: say(labels.idNumber), value: revealed && element('span', { class: 'figures' }, revealed.idNumber) },
    { label: say(labels.name), value: revealed?.name },
    { label: say(labels.sex), value: sex?.name },
    { label: say(labels.birthDate), value: revealed?.birthDate && day(revealed.birthDate) },
  ]
}
