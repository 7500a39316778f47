/** For staff: the persons of their districts. Names, numbers and purposes are never in the URL. */

import { PEOPLE, keep, kept } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { element } from '../parts/element.js'
import { selectField, textField } from '../parts/field.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { unfolding } from '../parts/panel.js'
import { go } from '../place.js'
import { present } from '../session.js'
import { words } from '../texts/people.js'

/** @typedef {import('../documents/answers.js').Answers['people-form']} Form */
/** @typedef {NonNullable<import('../documents/answers.js').Answers['people']['people']>} Found */

const PAGE = 20
// A purpose has a letter or a digit; the server requires it too.
const SAYS_SOMETHING = /[\p{L}\p{N}]/u
// In the address after a search, so that no person is listed before one.
const SEARCHED = 'searched'
const IN_ADDRESS = /** @type {const} */ (['district', 'insuranceType', 'participationStatus'])

/** The form; after a search the persons that it found, with the form folded above them. No person is listed before.
 * @param {import('../place.js').Place} place */
export async function show({ query }) {
  const filter = filterFrom(query)
  const purpose = (kept(PEOPLE).purpose ?? '').trim() || null
  keep(PEOPLE, { address: location.hash })
  const isSearch = query.has(SEARCHED) || IN_ADDRESS.some((name) => query.has(name))
  const [described, searched] = await Promise.all([
    ask('people-form', {}),
    isSearch ? ask('people', { filter, first: PAGE, after: query.get('after'), purpose }) : null,
  ])
  const { roles } = present(described.viewer)
  const title = say(words.title)
  if (roles.includes('CITIZEN')) return { title, content: [heading(title), lead(say(words.staffOnly))] }
  const asked = question(described, filter, purpose)
  const people = searched && present(searched.viewer) && searched.people
  return {
    title,
    said: people ? summary(people) : undefined,
    content: [
      asked.summary,
      heading(title),
      people === null
        ? [lead(say(words.lead)), asked.node]
        : [found(people, query), unfolding(say(words.other), asked.node)],
    ],
  }
}

/** @param {URLSearchParams} query */
function filterFrom(query) {
  const { nameContains = '', idNumber = '' } = kept(PEOPLE)
  return {
    nameContains: nameContains.trim() || null,
    idNumber: idNumber.trim() || null,
    district: query.get('district'),
    insuranceType: query.get('insuranceType'),
    participationStatus: query.get('participationStatus'),
  }
}

/** @param {Form} answer @param {ReturnType<typeof filterFrom>} filter @param {string | null} purpose */
function question({ viewer, districts, insuranceTypes, participationStatuses }, filter, purpose) {
  // Staff of some districts are offered those, staff of the whole city all.
  const own = viewer?.districts.length ? { entries: viewer.districts } : districts
  const fields = [
    textField({ name: 'nameContains', label: say(words.name), value: filter.nameContains ?? '' }),
    textField({ name: 'idNumber', label: say(words.idNumber), value: filter.idNumber ?? '', width: 'figures' }),
  ]
  const why = textField({
    name: 'purpose',
    label: say(words.purpose),
    hint: say(words.listPurposeHint),
    value: purpose ?? '',
  })
  const tables = /** @type {const} */ ([
    ['district', own],
    ['insuranceType', insuranceTypes],
    ['participationStatus', participationStatuses],
  ])
  const further = tables.map(([name, table]) =>
    selectField({
      name,
      label: say(words[name]),
      value: filter[name] ?? '',
      options: (table?.entries ?? []).map((entry) => ({ value: entry.code, label: entry.name })),
    }),
  )
  const narrowing = unfolding(say(words.further), filters(further))
  narrowing.open = IN_ADDRESS.some((name) => filter[name] !== null)
  return form({
    fields: [...fields, why, ...further],
    content: [filters(fields), why.node, narrowing],
    button: say(words.search),
    async send({ nameContains = '', idNumber = '', purpose: stated = '', ...others }) {
      if (idNumber.trim() !== '' && !SAYS_SOMETHING.test(stated)) {
        return [{ field: 'purpose', message: say(words.purposeMissing) }]
      }
      keep(PEOPLE, { nameContains, idNumber, purpose: stated })
      const chosen = Object.entries(others).filter(([, value]) => value !== '')
      go(`#/people?${new URLSearchParams([[SEARCHED, ''], ...chosen])}`)
      return []
    },
  })
}

/** @param {import('../parts/field.js').Field[]} fields */
const filters = (fields) => element('div', { class: 'filters' }, ...fields.map(({ node }) => node))

/** How many persons there are, as far as they were counted.
 * @param {Found} people */
function summary({ totalCount, totalCountIsExact }) {
  if (totalCount === 0) return say(totalCountIsExact ? words.none : words.partly)
  return say(words.count, { count: totalCountIsExact ? totalCount : `${totalCount.toLocaleString('en')}+` })
}

/** @param {Found} people @param {URLSearchParams} query */
function found(people, query) {
  const { totalCount, totalCountIsExact, stoppedEarly, nodes, pageInfo } = people
  if (totalCount === 0 && totalCountIsExact) return element('p', { class: 'panel' }, summary(people))
  const chosen = IN_ADDRESS.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : []))
  /** @param {keyof typeof words} label @param {string[][]} place */
  const link = (label, ...place) =>
    linkButton(
      `#/people?${new URLSearchParams([[SEARCHED, ''], ...chosen, ...place])}`,
      say(words[label]),
      'button button-quiet',
    )
  return element(
    'section',
    {},
    totalCount > 0 && element('h2', {}, summary(people)),
    element('ul', { class: 'people' }, nodes.map(person)),
    stoppedEarly && element('p', { class: 'inset' }, say(words.partly)),
    element(
      'div',
      { class: 'buttons' },
      query.has('after') && link('first'),
      pageInfo.hasNextPage && link(stoppedEarly ? 'searchOn' : 'more', ['after', pageInfo.endCursor ?? '']),
    ),
  )
}

/** @param {Found['nodes'][number]} one */
function person({ id, name, idType, idNumber, insurances }) {
  const newest = insurances[insurances.length - 1]
  return element(
    'li',
    { class: 'person' },
    element(
      'p',
      { class: 'person-name' },
      element('strong', {}, name),
      element('span', { class: 'hint figures' }, `${idType.name} ${idNumber}`),
    ),
    newest &&
      element(
        'p',
        { class: 'hint' },
        [newest.type.name, newest.status.name, newest.district?.name].filter(Boolean).join(' · '),
      ),
    element(
      'a',
      { class: 'button button-quiet', href: `#/people/${id}` },
      say(words.open),
      element('span', { class: 'unseen' }, ` ${name} ${idNumber}`),
    ),
  )
}
