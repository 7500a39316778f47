// A handwritten access log: the same entries in the same durable hash chain.
//
// A page is returned after its entry is committed; concurrent entries share a transaction (group commit).

import { hash, randomUUID } from 'node:crypto'

const FIELDS = [
  'birthDate', 'countryOrRegion', 'department', 'employer', 'employmentScope', 'ethnicGroup', 'hostEmployerName',
  'householdRegistrationAddress', 'householdRegistrationType', 'idNumber', 'idType', 'insurances', 'insuredDistrict',
  'mobileNumber', 'name', 'positionNature', 'postalCode', 'publicSectorStaffCategory', 'residentialAddress', 'sex',
  'workStartDate'
]
const EMPTY = { id: 0, digest: '0'.repeat(64) }

/**
 * Returns a function that resolves after the entry for a page with these persons is committed.
 * @param {import('better-sqlite3').Database} database
 */
export const log = database => {
  const last = database.prepare('SELECT id, digest FROM access_log_entry ORDER BY id DESC LIMIT 1')
  const insert = database.prepare(`
    INSERT INTO access_log_entry
      (id, digest, person_id, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id)
    VALUES (?, ?, NULL, 'LIST', 1, ?, ?, ?, '', ?, ?, ?)
  `)
  const writeAll = database.transaction(entries => {
    let head = last.get() ?? EMPTY
    for (const entry of entries) {
      const { actor, organisation, people, at, requestId } = entry
      const id = head.id + 1
      const content = [id, null, 'LIST', true, formatted(at, 'T'), actor, organisation, '', FIELDS, people, requestId]
      head = { id, digest: hash('sha256', head.digest + JSON.stringify(content)) }
      const seen = [JSON.stringify(FIELDS), JSON.stringify(people)]
      insert.run(id, head.digest, formatted(at, ' '), actor, organisation, ...seen, requestId)
    }
  })
  let pending = []
  const write = () => {
    const batch = pending
    pending = []
    writeAll.immediate(batch)
    for (const { resolve } of batch) resolve()
  }
  return (actor, organisation, people) =>
    new Promise(resolve => {
      const requestId = randomUUID().replaceAll('-', '')
      pending.push({ actor, organisation, people, at: new Date(), requestId, resolve })
      if (pending.length === 1) setImmediate(write)
    })
}

/**
 * Returns a time in Python's format: with microseconds, unless they are zero.
 * @param {Date} at
 * @param {string} separator
 */
const formatted = (at, separator) =>
  at.toISOString().replace('T', separator).replace('.000Z', '+00:00').replace('Z', '000+00:00')
