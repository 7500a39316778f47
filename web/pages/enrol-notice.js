/** Step 1: the notice, word for word, the consent to it, and what the person declares. */

import { keep } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { day, say } from '../language.js'
import { element } from '../parts/element.js'
import { tickField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { stepper } from '../parts/stepper.js'
import { go } from '../place.js'
import { answers, draftOf, keepFields } from '../registration.js'
import { enrolAddress, schemeOf } from '../scheme.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['enrol-notice']['viewer']>['person']>['scheme']} Scheme */
/** @typedef {NonNullable<Scheme['notice']>['clauses'][number]} Clause */

const TAGS = /** @type {const} */ ({ HEADING: 'h2', SUBHEADING: 'h3', TEXT: 'p' })

/** The notice in force, and the boxes to tick.
 * @param {import('../place.js').Place} place */
export async function show(place) {
  const scheme = schemeOf(place)
  const { person } = present((await ask('enrol-notice', { scheme })).viewer)
  if (person === null) {
    return { title: say(words.notice), content: [heading(say(words.notice)), lead(say(words.noPerson))] }
  }
  const { current, notice, form: fields } = person.scheme
  if (current !== null) return { instead: `#/receipt/${current.id}` }
  if (notice === null) {
    return { title: say(words.notice), content: [heading(say(words.notice)), lead(say(words.noticeMissing))] }
  }
  const { title, summary, version, publishedOn, clauses, consent } = notice
  const tick = tickField({
    name: 'consent',
    label: consent,
    lang: 'zh-CN',
    value: answers(scheme).noticeVersion === version ? 'yes' : '',
  })
  const declarations = fields
    .filter(({ kind }) => kind === 'DECLARATION')
    .map(({ name, hint, statement }) => ({
      hint,
      field: tickField({ name, label: statement ?? '', value: answers(scheme)[name] ?? '' }),
    }))
  const asked = form({
    fields: [tick, ...declarations.map(({ field }) => field)],
    button: say(words.confirm),
    content: [
      tick.node,
      declarations.length > 0 && element('h2', {}, say(words.declaration)),
      declarations.map(({ hint, field }) => [hint && element('p', { class: 'hint' }, hint), field.node]),
    ],
    async send(values) {
      const missing = [
        ...(values.consent === 'yes' ? [] : [{ field: 'consent', message: say(words.consentMissing) }]),
        ...declarations
          .filter(({ field }) => values[field.name] !== 'yes')
          .map(({ field, hint }) => ({
            field: field.name,
            message: say(words.declarationMissing, { statement: statementOf(fields, field.name) || (hint ?? '') }),
          })),
      ]
      if (missing.length > 0) return missing
      keepFields(scheme, fields)
      keep(draftOf(scheme), {
        noticeVersion: version,
        ...Object.fromEntries(declarations.map(({ field }) => [field.name, 'yes'])),
      })
      go(enrolAddress(scheme, 'district'))
    },
  })
  return {
    title,
    content: [
      backLink(enrolAddress(scheme)),
      asked.summary,
      stepper(1),
      heading(title),
      place.query.has('changed') && inset(say(words.noticeChanged)),
      summary && inset(element('p', {}, summary), element('p', { class: 'hint' }, say(words.noticeInChinese))),
      element('section', { class: 'notice', 'aria-label': say(words.noticeWhole), lang: 'zh-CN' }, parts(clauses)),
      element('p', { class: 'hint' }, say(words.noticeVersion, { version, day: day(publishedOn) })),
      asked.node,
    ],
  }
}

/** What a declaration declares.
 * @param {Scheme['form']} fields @param {string} name */
function statementOf(fields, name) {
  return fields.find((field) => field.name === name)?.statement ?? ''
}

/** The official text as it is laid out: headings, paragraphs, and the items of a list, each with its official number.
 * @param {Clause[]} clauses */
function parts(clauses) {
  /** @type {HTMLElement[]} */
  const shown = []
  for (const { text, form } of clauses) {
    if (form === 'ITEM') {
      const last = shown[shown.length - 1]
      const list = last?.tagName === 'OL' ? last : element('ol', { class: 'numbered', role: 'list' })
      list.append(element('li', {}, text))
      if (list !== last) shown.push(list)
    } else {
      shown.push(element(TAGS[form], {}, text))
    }
  }
  return shown
}
