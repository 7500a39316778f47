/** Step 4: the preview of the registration as the server parsed it, and the submit button. */

import { form } from '../form.js'
import { say } from '../language.js'
import { contributionLine } from '../parts/contribution-line.js'
import { element } from '../parts/element.js'
import { backLink, heading, lead, linkButton } from '../parts/heading.js'
import { ownFactRows } from '../parts/own-facts.js'
import { panel } from '../parts/panel.js'
import { summaryList } from '../parts/summary-list.js'
import { ownFacts } from '../own.js'
import { goInstead } from '../place.js'
import { check, finish, firstGap, send, startAnew, withdrawConsent, wrongs } from '../registration.js'
import { words } from '../texts/enrol.js'

/** @typedef {NonNullable<import('../registration.js').Checked>} Checked */
/** @typedef {NonNullable<import('../registration.js').Sent>} Sent */
/** @typedef {Extract<Checked, { __typename: 'RegistrationPreview' }>} Preview */
/** @typedef {Extract<Checked | Sent, { __typename: 'FlexibleEmploymentRegistered' }>} Registered */
/** The results that are no refusal.
 * @typedef {'RegistrationPreview' | 'FlexibleEmploymentRegistered' | 'NoticeOutdated'} GoesOn */
/** @typedef {Exclude<Checked | Sent, { __typename: GoesOn }>} Refusal */

// Fixed facts of the account: masked in the preview, and shown unmasked to their owner.
const FIXED = new Set(['idType', 'idNumber', 'name', 'sex', 'birthDate'])

/** The preview of the draft. */
export async function show() {
  const gap = firstGap()
  if (gap !== null) return { instead: gap }
  const [result, own] = await Promise.all([check(), ownFacts()])
  const title = say(words.checkTitle)
  if (result.__typename === 'RegistrationPreview') return { title, content: preview(title, result, own) }
  if (result.__typename === 'FlexibleEmploymentRegistered') return { instead: registered(result) }
  if (result.__typename === 'NoticeOutdated') return { instead: outdated() }
  return {
    title: say(words.refused),
    content: [backLink('#/enrol/details'), heading(title, say(words.step, { step: 4 })), ...refused(result)],
  }
}

/** @param {string} title @param {Preview} shown @param {import('../own.js').Own | null} own */
function preview(title, { lines, eligibility }, own) {
  const answered = lines.filter((line) => own === null || !FIXED.has(line.field ?? ''))
  const notices = eligibility.results.flatMap((result) => result.notice ?? [])
  const place = element('div', {})
  const asked = form({ fields: [], button: say(words.submit), send: submit })
  return [
    backLink('#/enrol/details'),
    place,
    heading(title, say(words.step, { step: 4 })),
    lead(say(words.checkText)),
    summaryList([...(own ? ownFactRows(own) : []), ...answered.map(changeable)]),
    notices.length > 0 &&
      panel(
        'note',
        say(words.goodToKnow),
        notices.map((notice) => element('p', {}, notice)),
      ),
    contributionLine(null),
    asked.node,
  ]

  async function submit() {
    const result = await send()
    if (result.__typename === 'FlexibleEmploymentRegistered') {
      goInstead(registered(result))
    } else if (result.__typename === 'NoticeOutdated') {
      goInstead(outdated())
    } else if (result.__typename !== 'RegistrationPreview') {
      const shown = element('div', { tabindex: -1 }, refused(result))
      place.replaceChildren(shown)
      shown.focus()
    }
  }
}

/** A line of the form with a link that changes it.
 * @param {Preview['lines'][number]} line @returns {import('../parts/summary-list.js').Row} */
function changeable({ field, label, value }) {
  if (FIXED.has(field ?? '')) return { label, value }
  const address =
    field === 'insuredDistrict' ? '#/enrol/district' : field === 'worksInCity' ? '#/enrol/notice' : '#/enrol/details'
  return { label, value, change: { address, word: say(words.change), what: ` ${label}` } }
}

/** Deletes the draft; returns the URL of the confirmation.
 * @param {Registered} result */
function registered({ enrolment }) {
  finish()
  return `#/enrol/done/${enrolment.id}`
}

/** Deletes the consent; returns the URL of the notice, which reports its change. */
function outdated() {
  withdrawConsent()
  return '#/enrol/notice?changed'
}

/** The problems, and links to the pages that correct them.
 * @param {Refusal} refusal */
function refused(refusal) {
  if (refusal.__typename === 'IdempotencyConflict') startAnew()
  return [
    panel(
      'stop',
      say(words.refused),
      element('p', {}, refusal.__typename === 'IdempotencyConflict' ? say(words.conflict) : refusal.message),
      mending(refusal),
      element('p', { class: 'hint' }, say(words.support, { reference: refusal.supportReference })),
    ),
  ]
}

/** @param {Refusal} refusal */
function mending(refusal) {
  if (refusal.__typename === 'AlreadyEnrolled') {
    return element('p', {}, linkButton(`#/receipt/${refusal.enrolment.id}`, say(words.receipt)))
  }
  if (refusal.__typename !== 'InvalidInput') return element('p', {}, linkButton('#/enrol', say(words.toStart)))
  return element(
    'ul',
    {},
    wrongs(refusal).map((wrong) => element('li', {}, element('a', { href: wrong.address }, wrong.message))),
  )
}
