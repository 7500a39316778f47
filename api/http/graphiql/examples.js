/** The operations that GraphiQL opens with, each in a tab of its own. */

import { ask } from './ask.js'
import eligibility from './examples/eligibility.graphql'
import preview from './examples/preview.graphql'
import record from './examples/record.graphql'
import refusal from './examples/refusal.graphql'
import retirement from './examples/retirement.graphql'
import viewer from './examples/viewer.graphql'

/** The tabs: the registration names the notice that is in force now. */
export async function examples() {
  const { data } = await ask({ query: '{ notice { version } }' })
  const input = {
    idempotencyKey: crypto.randomUUID?.() ?? String(Math.random()),
    noticeVersion: data?.notice?.version ?? '',
    insuredDistrict: '120101',
    householdRegistrationType: '11',
    ethnicGroup: '01',
    residentialAddress: '天津市和平区示例路1号',
    mobileNumber: '13800001234',
    dryRun: true,
  }
  return [
    { query: viewer },
    { query: record, variables: json({ purpose: '核对本人信息' }) },
    { query: eligibility, variables: json({ district: '120101' }) },
    { query: preview, variables: json({ input }) },
    { query: refusal, variables: json({ input: { account: 'nobody-here', password: 'wrong' } }) },
    { query: retirement, variables: json({ sex: '1', birthDate: '1976-08-15' }) },
  ]
}

/** The operation in the page's address, as `?query=…&variables=…` of a link to it, or none. */
export function linked() {
  const address = new URLSearchParams(location.search)
  const [query, variables] = [address.get('query'), address.get('variables')]
  return query ? [{ query, ...(variables && { variables }) }] : []
}

/** @param {object} variables */
function json(variables) {
  return JSON.stringify(variables, null, 2)
}
