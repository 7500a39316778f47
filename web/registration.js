/** The draft of a registration and its idempotency key. */

import { forget, keep, kept } from './draft.js'
import { ask } from './hall.js'
import { ownFacts } from './own.js'
import { SignedOut } from './session.js'

/** The name of the draft. */
export const DRAFT = 'enrol'

/** The page of each field. */
const PAGE_OF = { noticeVersion: '#/enrol/notice', insuredDistrict: '#/enrol/district' }
const DETAILS = '#/enrol/details'

/** @typedef {import('./documents/answers.js').Answers['enrol-check']['registerFlexibleEmployment']} Checked */
/** @typedef {import('./documents/answers.js').Answers['enrol-send']['registerFlexibleEmployment']} Sent */
/** @typedef {import('./form.js').Wrong} Wrong */

/** The draft. */
export function answers() {
  return kept(DRAFT)
}

/** The URL of the first incomplete page, or null if the draft can be checked. */
export function firstGap() {
  const { noticeVersion, worksInCity, insuredDistrict } = answers()
  return noticeVersion && worksInCity ? (insuredDistrict ? null : PAGE_OF.insuredDistrict) : PAGE_OF.noticeVersion
}

/** A dry run: every check, nothing stored.
 * @returns {Promise<NonNullable<Checked>>} */
export async function check() {
  const { registerFlexibleEmployment: result } = await ask('enrol-check', { input: await input({ dryRun: true }) })
  return settled(result)
}

/** Registers. The same draft can be sent repeatedly (idempotent).
 * @returns {Promise<NonNullable<Sent>>} */
export async function send() {
  const { registerFlexibleEmployment: result } = await ask('enrol-send', { input: await input({ dryRun: false }) })
  return settled(result)
}

/** Deletes the draft after the enrolment. */
export function finish() {
  forget(DRAFT)
}

/** Creates a new idempotency key, because the old one belongs to another registration. */
export function startAnew() {
  keep(DRAFT, { idempotencyKey: '' })
}

/** Deletes the consent after a change of the notice. */
export function withdrawConsent() {
  keep(DRAFT, { noticeVersion: '', consent: '', worksInCity: '' })
}

/** The problems of a refusal, each with the page that corrects it.
 * @param {{ fields: { path: string[], message: string }[] }} refusal
 * @returns {(Wrong & { address: string })[]} */
export function wrongs({ fields }) {
  return fields.map(({ path, message }) => {
    const field = path[path.length - 1] ?? ''
    return {
      field,
      message,
      address: field in PAGE_OF ? PAGE_OF[/** @type {keyof typeof PAGE_OF} */ (field)] : DETAILS,
    }
  })
}

/** The input of the mutation; unchanged fields come from the record.
 * @param {{ dryRun: boolean }} how */
async function input({ dryRun }) {
  const recorded = (await ownFacts())?.revealed
  const {
    noticeVersion = '',
    worksInCity = '',
    insuredDistrict = '',
    householdRegistrationType = '',
    ethnicGroup = '',
    residentialAddress,
    mobileNumber,
    positionNature = '',
  } = answers()
  return {
    idempotencyKey: key(),
    noticeVersion,
    insuredDistrict,
    householdRegistrationType,
    ethnicGroup,
    residentialAddress: residentialAddress ?? recorded?.residentialAddress ?? '',
    mobileNumber: mobileNumber ?? recorded?.mobileNumber ?? '',
    positionNature: position(positionNature),
    worksInCity: worksInCity === 'yes' ? true : null,
    dryRun,
  }
}

/** @param {string} value @returns {'MANAGEMENT' | 'PRODUCTION' | null} */
function position(value) {
  return value === 'MANAGEMENT' || value === 'PRODUCTION' ? value : null
}

function key() {
  const { idempotencyKey } = answers()
  if (idempotencyKey) return idempotencyKey
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
  keep(DRAFT, { idempotencyKey: made })
  return made
}

/** @template {{ __typename: string }} R @param {R | null} result @returns {R} */
function settled(result) {
  if (result === null) throw new Error('The Hall gave no result.')
  if ('code' in result && result.code === 'NOT_SIGNED_IN') throw new SignedOut()
  return result
}
