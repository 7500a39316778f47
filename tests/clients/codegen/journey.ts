/** GraphQL Code Generator: the operations as typed documents, sent by their ids in its manifest. The argument is the
 * address of the API. */

import assert from 'node:assert/strict'
import {
  HomeDocument,
  NoticeDocument,
  RegisterDocument,
  RevealDocument,
  SignInDocument,
  WithdrawDocument,
  type TypedDocumentString,
} from './generated/graphql.js'

const [address = ''] = process.argv.slice(2)
let cookie = ''

async function send<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', cookie },
    body: JSON.stringify({ documentId: document.__meta__?.['hash'], variables }),
  })
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
  const answer = (await response.json()) as { data: Data; errors?: unknown }
  assert.equal(answer.errors, undefined)
  return answer.data
}

const { signIn } = await send(SignInDocument, { input: { account: 'eligible', password: 'demo-eligible' } })
assert(signIn?.__typename === 'SignedIn')
assert.equal(signIn.viewer.account, 'eligible')
for (const purpose of ['一', '二', '三']) await send(RevealDocument, { purpose })

const { viewer } = await send(HomeDocument, { first: 2 })
const person = viewer?.person
assert.equal(person?.flexibleEmployment.eligibility.outcome, 'ELIGIBLE')
const page = await send(HomeDocument, { first: 1, after: person?.accessLog.pageInfo.endCursor ?? null })
assert.equal(page.viewer?.person?.accessLog.edges.length, 1)
assert.notEqual(page.viewer?.person?.accessLog.edges[0]?.node.id, person?.accessLog.edges[0]?.node.id)

const { notice } = await send(NoticeDocument, {})
const form = {
  idempotencyKey: crypto.randomUUID(),
  noticeVersion: notice?.version ?? '',
  insuredDistrict: '120101',
  householdRegistrationType: '11',
  ethnicGroup: '01',
  residentialAddress: '天津市和平区南京路1号',
  mobileNumber: '13812345678',
  worksInCity: true,
}
const dry = (await send(RegisterDocument, { input: { ...form, dryRun: true } })).registerFlexibleEmployment
assert(dry?.__typename === 'RegistrationPreview')
assert(dry.lines.length > 0)
const registered = (await send(RegisterDocument, { input: form })).registerFlexibleEmployment
assert(registered?.__typename === 'FlexibleEmploymentRegistered')
assert.equal(registered.person?.flexibleEmployment.current?.id, registered.enrolment.id)

const input = { enrolmentId: registered.enrolment.id, idempotencyKey: crypto.randomUUID() }
const withdrawn = (await send(WithdrawDocument, { input })).withdrawFlexibleEmployment
assert(withdrawn?.__typename === 'FlexibleEmploymentWithdrawn')
assert.equal(withdrawn.enrolment.status, 'WITHDRAWN')
assert.equal(withdrawn.person?.flexibleEmployment.current, null)
