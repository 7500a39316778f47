/** The journey that each client in Node takes: from signing in to the withdrawal, with the cache as its witness.
 *
 * A client is an object of these functions:
 *   send(name, variables)      executes an operation of journey.graphql, and returns its data
 *   seen()                     returns the data of Home from the cache alone, with all pages of the log read so far
 *   more(first)                reads the next page of the log into the cache
 */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const ACCOUNT = 'eligible'

export const sha256 = (text) => createHash('sha256').update(text).digest('hex')
export const documents = readFileSync(new URL('./journey.graphql', import.meta.url), 'utf8')
export const schema = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')

/** A fetch with the cookies of one browser, and a list of what it has sent. */
export function browser() {
  const sent = []
  let cookie = ''
  const ask = async (address, options = {}) => {
    const headers = new Headers(options.headers)
    if (cookie) headers.set('cookie', cookie)
    sent.push({ method: options.method ?? 'GET', address: String(address), body: options.body })
    const response = await fetch(address, { ...options, headers })
    for (const each of response.headers.getSetCookie()) cookie = each.split(';')[0]
    return response
  }
  return { ask, sent }
}

/** @param {{ send: Function, seen: Function, more: Function }} client @param {object[]} sent requests so far */
export async function journey(client, sent) {
  const unasked = async (what, look) => {
    const before = sent.length
    const found = await look()
    assert.equal(sent.length, before, `${what} was asked for again`)
    return found
  }
  const standing = async (what) => (await unasked(what, client.seen)).viewer.person.flexibleEmployment

  const input = { account: ACCOUNT, password: `demo-${ACCOUNT}` }
  const { signIn } = await client.send('SignIn', { input })
  assert.equal(signIn.__typename, 'SignedIn')

  // Each look at the facts in full is an entry of the access log.
  for (const purpose of ['一', '二', '三', '四', '五']) await client.send('Reveal', { purpose })
  const home = await client.send('Home', { first: 2 })
  assert.equal(home.viewer.id, signIn.viewer.id)
  assert.equal(home.viewer.person.flexibleEmployment.eligibility.outcome, 'ELIGIBLE')
  assert.equal(home.viewer.person.flexibleEmployment.current, null)

  const { notice } = await client.send('Notice', {})
  const form = {
    idempotencyKey: crypto.randomUUID(),
    noticeVersion: notice.version,
    insuredDistrict: '120101',
    householdRegistrationType: '11',
    ethnicGroup: '01',
    residentialAddress: '天津市和平区南京路1号',
    mobileNumber: '13812345678',
    worksInCity: true,
  }
  const wrong = await client.send('Register', { input: { ...form, mobileNumber: '1' } })
  assert.deepEqual(wrong.registerFlexibleEmployment.fields, [
    { ...wrong.registerFlexibleEmployment.fields[0], path: ['input', 'mobileNumber'], code: 'BAD_FORMAT' },
  ])
  const dry = await client.send('Register', { input: { ...form, dryRun: true } })
  assert.equal(dry.registerFlexibleEmployment.__typename, 'RegistrationPreview')
  assert.equal((await standing('the dry run')).current, null)

  const { registerFlexibleEmployment: registered } = await client.send('Register', { input: form })
  assert.equal(registered.__typename, 'FlexibleEmploymentRegistered')
  const after = await standing('the registration')
  assert.equal(after.current.id, registered.enrolment.id)
  assert.equal(after.current.status, 'REGISTERED')
  assert.equal(after.eligibility.outcome, 'NOT_ELIGIBLE')

  const before = (await unasked('the log', client.seen)).viewer.person.accessLog
  assert.equal(before.edges.length, 2)
  await client.more(2)
  const log = (await unasked('the log', client.seen)).viewer.person.accessLog
  assert.equal(log.edges.length, 4)
  assert.equal(new Set(log.edges.map(({ node }) => node.id)).size, 4)
  assert.deepEqual(
    log.edges.slice(0, 2).map(({ node }) => node.id),
    before.edges.map(({ node }) => node.id),
  )

  const withdrawal = { enrolmentId: registered.enrolment.id, idempotencyKey: crypto.randomUUID() }
  const { withdrawFlexibleEmployment: withdrawn } = await client.send('Withdraw', { input: withdrawal })
  assert.equal(withdrawn.enrolment.status, 'WITHDRAWN')
  const end = await standing('the withdrawal')
  assert.equal(end.current, null)
  assert.equal(end.eligibility.outcome, 'ELIGIBLE')
}
