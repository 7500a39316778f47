// The access log of peers on SQLite: see chain.js.

import { EMPTY, grouped, linked } from './chain.js'

/**
 * Returns a function that resolves after the entry for a page with these persons is committed.
 * @param {import('better-sqlite3').Database} database
 */
export const log = database => {
  const last = database.prepare('SELECT id, digest FROM access_log_entry ORDER BY id DESC LIMIT 1')
  const insert = database.prepare(`
    INSERT INTO access_log_entry
      (id, digest, person_id, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id)
    VALUES
      (:id, :digest, :person_id, :act, 1, :at, :actor, :organisation, :purpose, :fields, :people, :request_id)
  `)
  const write = database.transaction(entries => {
    for (const { granted, fields_seen, people_seen, ...row } of linked(last.get() ?? EMPTY, entries)) {
      insert.run({ ...row, fields: JSON.stringify(fields_seen), people: JSON.stringify(people_seen) })
    }
  })
  return grouped(write.immediate)
}
