/** Step 1: the notice, word for word, and the consent. */

import { keep } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { day, say } from '../language.js'
import { element } from '../parts/element.js'
import { tickField } from '../parts/field.js'
import { backLink, heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { go } from '../place.js'
import { answers, DRAFT } from '../registration.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['enrol-notice']['notice']>['clauses'][number]} Clause */

const TAGS = /** @type {const} */ ({ HEADING: 'h2', SUBHEADING: 'h3', TEXT: 'p' })

/** The notice in force, and the consent checkbox.
 * @param {import('../place.js').Place} place */
export async function show({ query }) {
  const { viewer, notice } = await ask('enrol-notice', {})
  present(viewer)
  const title = say(words.noticeTitle)
  if (notice === null) return { title, content: [heading(title), lead(say(words.noticeMissing))] }
  const { version, publishedOn, clauses, consent } = notice
  const tick = tickField({
    name: 'consent',
    label: consent,
    lang: 'zh-CN',
    value: answers().noticeVersion === version ? 'yes' : '',
  })
  const works = tickField({ name: 'worksInCity', label: say(words.worksInCity), value: answers().worksInCity ?? '' })
  const asked = form({
    fields: [tick, works],
    button: say(words.confirm),
    content: [
      tick.node,
      element('h2', {}, say(words.declaration)),
      element('p', { class: 'hint' }, say(words.declarationText)),
      works.node,
    ],
    async send(values) {
      const missing = [
        values.consent !== 'yes' && { field: 'consent', message: say(words.consentMissing) },
        values.worksInCity !== 'yes' && { field: 'worksInCity', message: say(words.worksInCityMissing) },
      ].filter((wrong) => wrong !== false)
      if (missing.length > 0) return missing
      keep(DRAFT, { noticeVersion: version, worksInCity: 'yes' })
      go('#/enrol/district')
    },
  })
  return {
    title,
    content: [
      backLink('#/enrol'),
      asked.summary,
      heading(title, say(words.step, { step: 1 })),
      query.has('changed') && inset(say(words.noticeChanged)),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': say(words.noticeScroll), lang: 'zh-CN' },
        parts(clauses),
      ),
      element(
        'p',
        { class: 'hint' },
        say(words.noticeVersion, { version, day: day(publishedOn) }),
        ' ',
        say(words.noticeInChinese),
      ),
      asked.node,
    ],
  }
}

/** The official text in its layout: headings, paragraphs, and list items with their official numbers.
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
