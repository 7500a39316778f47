/** The registration that a person is filling in: its answers, and the key that makes sending it twice the same as once. */

import { forget, keep, kept } from './draft.js'
import { ask } from './hall.js'
import { ownFacts } from './own.js'
import { enrolAddress } from './scheme.js'
import { SignedOut } from './session.js'

/** @typedef {import('./scheme.js').SchemeName} SchemeName */
/** @typedef {import('./documents/answers.js').Answers['enrol-check']['register']} Checked */
/** @typedef {import('./documents/answers.js').Answers['enrol-send']['register']} Sent */
/** @typedef {import('./form.js').Wrong} Wrong */
/** A field of the form as far as sending needs it.
 * @typedef {{ name: string, kind: string }} FormField */

/** The facts of the record with which fields of a kind are filled in; no storage of the browser keeps them.
 * @type {Record<string, 'residentialAddress' | 'mobileNumber'>} */
export const RECORDED = { ADDRESS: 'residentialAddress', MOBILE_NUMBER: 'mobileNumber' }

/** The name of the draft of a scheme.
 * @param {SchemeName} scheme */
export function draftOf(scheme) {
  return `enrol.${scheme}`
}

/** What was answered so far.
 * @param {SchemeName} scheme */
export function answers(scheme) {
  return kept(draftOf(scheme))
}

/** Keeps which fields the form has: the pages that send it need not ask again.
 * @param {SchemeName} scheme @param {FormField[]} fields */
export function keepFields(scheme, fields) {
  keep(draftOf(scheme), { fields: JSON.stringify(fields.map(({ name, kind }) => ({ name, kind }))) })
}

/** The address of the first page that still lacks an answer; null when the details can be checked.
 * @param {SchemeName} scheme */
export function firstGap(scheme) {
  const { noticeVersion, insuredDistrict, fields } = answers(scheme)
  const declared = fieldsOf(scheme).filter(isDeclaration)
  if (!fields || !noticeVersion || declared.some(({ name }) => answers(scheme)[name] !== 'yes')) {
    return enrolAddress(scheme, 'notice')
  }
  return insuredDistrict ? null : enrolAddress(scheme, 'district')
}

/** What the Hall would say: every check, nothing stored.
 * @param {SchemeName} scheme @returns {Promise<NonNullable<Checked>>} */
export async function check(scheme) {
  const { register } = await ask('enrol-check', { input: await input(scheme, { dryRun: true }) })
  return settled(register)
}

/** Registers. The same answers may be sent any number of times.
 * @param {SchemeName} scheme @returns {Promise<NonNullable<Sent>>} */
export async function send(scheme) {
  const { register } = await ask('enrol-send', { input: await input(scheme, { dryRun: false }) })
  return settled(register)
}

/** Forgets the answers, for they have become an enrolment.
 * @param {SchemeName} scheme */
export function finish(scheme) {
  forget(draftOf(scheme))
}

/** Takes a new key, because the old one belongs to another registration.
 * @param {SchemeName} scheme */
export function startAnew(scheme) {
  keep(draftOf(scheme), { idempotencyKey: '' })
}

/** The consent no longer holds: there is another notice.
 * @param {SchemeName} scheme */
export function withdrawConsent(scheme) {
  const declared = fieldsOf(scheme).filter(isDeclaration)
  keep(draftOf(scheme), { noticeVersion: '', ...Object.fromEntries(declared.map(({ name }) => [name, ''])) })
}

/** The page on which a field is answered.
 * @param {SchemeName} scheme @param {string} field */
export function pageOf(scheme, field) {
  if (field === 'insuredDistrict') return enrolAddress(scheme, 'district')
  const isOfNotice =
    field === 'noticeVersion' || fieldsOf(scheme).some((each) => each.name === field && isDeclaration(each))
  return enrolAddress(scheme, isOfNotice ? 'notice' : 'details')
}

/** The problems of a refusal, each with the page that mends it.
 * @param {SchemeName} scheme @param {{ fields: { path: string[], message: string }[] }} refusal
 * @returns {(Wrong & { address: string })[]} */
export function wrongs(scheme, { fields }) {
  return fields.map(({ path, message }) => {
    const field = path[path.length - 1] ?? ''
    return { field, message, address: pageOf(scheme, field) }
  })
}

/** The form as it is sent; what was left as it is recorded comes from the record.
 * @param {SchemeName} scheme @param {{ dryRun: boolean }} how */
async function input(scheme, { dryRun }) {
  const recorded = (await ownFacts())?.revealed
  const { noticeVersion = '', insuredDistrict = '', ...others } = answers(scheme)
  const values = fieldsOf(scheme).map((field) => ({ name: field.name, value: valueOf(field, others, recorded) }))
  return {
    scheme,
    idempotencyKey: key(scheme),
    noticeVersion,
    insuredDistrict,
    values: values.filter(({ value }) => value !== ''),
    dryRun,
  }
}

/** @param {FormField} field @param {Record<string, string>} typed @param {Partial<Record<string, string | null>> | null | undefined} recorded */
function valueOf(field, typed, recorded) {
  const value = typed[field.name]
  if (isDeclaration(field)) return value === 'yes' ? 'true' : ''
  const fact = RECORDED[field.kind]
  return value ?? (fact && recorded?.[fact]) ?? ''
}

/** @param {SchemeName} scheme @returns {FormField[]} */
function fieldsOf(scheme) {
  return JSON.parse(answers(scheme).fields || '[]')
}

/** @param {FormField} field */
function isDeclaration({ kind }) {
  return kind === 'DECLARATION'
}

/** @param {SchemeName} scheme */
function key(scheme) {
  const { idempotencyKey } = answers(scheme)
  if (idempotencyKey) return idempotencyKey
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
  keep(draftOf(scheme), { idempotencyKey: made })
  return made
}

/** @template {{ __typename: string }} R @param {R | null} result @returns {R} */
function settled(result) {
  if (result === null) throw new Error('The Hall gave no result.')
  if ('code' in result && result.code === 'NOT_SIGNED_IN') throw new SignedOut()
  return result
}
