/** Step 4: what will be registered, as the Hall understood it, and the button that registers. */

import { form } from '../form.js'
import { say } from '../language.js'
import { element } from '../parts/element.js'
import { backLink, heading, lead, linkButton } from '../parts/heading.js'
import { ownFactRows } from '../parts/own-facts.js'
import { panel } from '../parts/panel.js'
import { summaryList } from '../parts/summary-list.js'
import { ownFacts } from '../own.js'
import { stepper } from '../parts/stepper.js'
import { goInstead } from '../place.js'
import { check, finish, firstGap, pageOf, send, startAnew, withdrawConsent, wrongs } from '../registration.js'
import { enrolAddress, schemeOf } from '../scheme.js'
import { words } from '../texts/enrol.js'

/** @typedef {import('../scheme.js').SchemeName} SchemeName */
/** @typedef {NonNullable<import('../registration.js').Checked>} Checked */
/** @typedef {NonNullable<import('../registration.js').Sent>} Sent */
/** @typedef {Extract<Checked, { __typename: 'RegistrationPreview' }>} Preview */
/** @typedef {Extract<Checked | Sent, { __typename: 'Registered' }>} Registered */
/** The answers that are no refusal, because they show or lead to a page.
 * @typedef {'RegistrationPreview' | 'Registered' | 'NoticeOutdated'} GoesOn */
/** @typedef {Exclude<Checked | Sent, { __typename: GoesOn }>} Refusal */

// What the account fixes: shown in full to its owner, where the Hall's own answer has it masked.
const FIXED = new Set(['idType', 'idNumber', 'name', 'sex', 'birthDate'])

/** The answers as the Hall read them.
 * @param {import('../place.js').Place} place */
export async function show(place) {
  const scheme = schemeOf(place)
  const gap = firstGap(scheme)
  if (gap !== null) return { instead: gap }
  const [result, own] = await Promise.all([check(scheme), ownFacts()])
  const title = say(words.checkTitle)
  if (result.__typename === 'RegistrationPreview') return { title, content: preview(scheme, title, result, own) }
  if (result.__typename === 'Registered') return { instead: registered(scheme, result) }
  if (result.__typename === 'NoticeOutdated') return { instead: outdated(scheme) }
  return {
    title: say(words.refused),
    content: [backLink(enrolAddress(scheme, 'details')), stepper(4), heading(title), ...refused(scheme, result)],
  }
}

/** @param {SchemeName} scheme @param {string} title @param {Preview} shown @param {import('../own.js').Own | null} own */
function preview(scheme, title, { lines, eligibility }, own) {
  const answered = lines.filter((line) => own === null || !FIXED.has(line.field ?? ''))
  const notices = eligibility.results.flatMap((result) => result.notice ?? [])
  const place = element('div', {})
  const asked = form({ fields: [], button: say(words.submit), send: submit })
  return [
    backLink(enrolAddress(scheme, 'details')),
    place,
    stepper(4),
    heading(title),
    lead(say(words.checkText)),
    summaryList([...(own ? ownFactRows(own) : []), ...answered.map((line) => changeable(scheme, line))]),
    notices.length > 0 &&
      panel(
        'note',
        say(words.goodToKnow),
        notices.map((notice) => element('p', {}, notice)),
      ),
    asked.node,
  ]

  async function submit() {
    const result = await send(scheme)
    if (result.__typename === 'Registered') {
      goInstead(registered(scheme, result))
    } else if (result.__typename === 'NoticeOutdated') {
      goInstead(outdated(scheme))
    } else if (result.__typename !== 'RegistrationPreview') {
      const shown = element('div', { tabindex: -1 }, refused(scheme, result))
      place.replaceChildren(shown)
      shown.focus()
    }
  }
}

/** A line of the form with the way to change it.
 * @param {SchemeName} scheme @param {Preview['lines'][number]} line @returns {import('../parts/summary-list.js').Row} */
function changeable(scheme, { field, label, value }) {
  if (FIXED.has(field ?? '')) return { label, value }
  return { label, value, change: { address: pageOf(scheme, field ?? ''), word: say(words.change), what: ` ${label}` } }
}

/** Forgets the draft; the address of the confirmation.
 * @param {SchemeName} scheme @param {Registered} result */
function registered(scheme, { enrolment }) {
  finish(scheme)
  return `#/enrol/done/${enrolment.id}`
}

/** Forgets the consent; the address of the notice, which says that it has changed.
 * @param {SchemeName} scheme */
function outdated(scheme) {
  withdrawConsent(scheme)
  return `${enrolAddress(scheme, 'notice')}?changed`
}

/** What stands in the way, and the page that can mend it.
 * @param {SchemeName} scheme @param {Refusal} refusal */
function refused(scheme, refusal) {
  if (refusal.__typename === 'IdempotencyConflict') startAnew(scheme)
  return [
    panel(
      'stop',
      say(words.refused),
      element('p', {}, refusal.__typename === 'IdempotencyConflict' ? say(words.conflict) : refusal.message),
      mending(scheme, refusal),
      element('p', { class: 'hint' }, say(words.support, { reference: refusal.supportReference })),
    ),
  ]
}

/** @param {SchemeName} scheme @param {Refusal} refusal */
function mending(scheme, refusal) {
  if (refusal.__typename === 'EnrolmentStands') {
    return element('p', {}, linkButton(`#/receipt/${refusal.enrolment.id}`, say(words.receipt)))
  }
  if (refusal.__typename !== 'InvalidInput') {
    return element('p', {}, linkButton(enrolAddress(scheme), say(words.toStart)))
  }
  return element(
    'ul',
    {},
    wrongs(scheme, refusal).map((wrong) => element('li', {}, element('a', { href: wrong.address }, wrong.message))),
  )
}
