// The access log of peers on PostgreSQL: see ../chain.js.

import { EMPTY, grouped, linked } from '../chain.js'

const LOCK_AND_READ_HEAD = `
  BEGIN;
  SELECT pg_advisory_xact_lock(720071);
  SELECT id::int, digest FROM access_log_entry WHERE id > 0 ORDER BY id DESC LIMIT 1;
`
const INSERT = {
  name: 'insert-entries',
  text: 'INSERT INTO access_log_entry SELECT * FROM json_populate_recordset(NULL::access_log_entry, $1)'
}

/**
 * Returns a function that resolves after the entry for a page with these persons is committed.
 * @param {import('pg').Pool} pool
 */
export const log = pool =>
  grouped(async entries => {
    const client = await pool.connect()
    let isBroken = true
    try {
      const [, , { rows }] = await client.query(LOCK_AND_READ_HEAD)
      await client.query({ ...INSERT, values: [JSON.stringify(linked(rows[0] ?? EMPTY, entries))] })
      await client.query('COMMIT')
      isBroken = false
    } finally {
      client.release(isBroken)
    }
  })
