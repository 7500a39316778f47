// The Hall's access log, written by hand: the same entries in the same chain, on the disk.
//
// Whoever shows a page waits until its entry is written; entries that come at the same time share one transaction.

import { hash, randomUUID } from 'node:crypto'

const FIELDS = [
  'birthDate', 'countryOrRegion', 'department', 'employer', 'employmentScope', 'ethnicGroup', 'hostEmployerName',
  'householdRegistrationAddress', 'householdRegistrationType', 'idNumber', 'idType', 'insurances', 'insuredDistrict',
  'mobileNumber', 'name', 'positionNature', 'postalCode', 'publicSectorStaffCategory', 'residentialAddress', 'sex',
  'workStartDate'
]
const EMPTY = { id: 0, digest: '0'.repeat(64) }

/**
 * Returns the function that resolves once it is on the disk that somebody was shown a page with some people.
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
      const said = [id, null, 'LIST', true, written(at, 'T'), actor, organisation, '', FIELDS, people, requestId]
      head = { id, digest: hash('sha256', head.digest + JSON.stringify(said)) }
      const seen = [JSON.stringify(FIELDS), JSON.stringify(people)]
      insert.run(id, head.digest, written(at, ' '), actor, organisation, ...seen, requestId)
    }
  })
  let waiting = []
  const write = () => {
    const batch = waiting
    waiting = []
    writeAll.immediate(batch)
    for (const { resolve } of batch) resolve()
  }
  return (actor, organisation, people) =>
    new Promise(resolve => {
      const requestId = randomUUID().replaceAll('-', '')
      waiting.push({ actor, organisation, people, at: new Date(), requestId, resolve })
      if (waiting.length === 1) setImmediate(write)
    })
}

/**
 * Returns a moment as Python writes it: with microseconds, unless there are none.
 * @param {Date} at
 * @param {string} between
 */
const written = (at, between) =>
  at.toISOString().replace('T', between).replace('.000Z', '+00:00').replace('Z', '000+00:00')
