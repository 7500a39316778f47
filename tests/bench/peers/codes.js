// Codes with their names, read from the Hall's own tables.

import { readFileSync } from 'node:fs'

const FOLDER = new URL('../../../api/codes/tables/', import.meta.url)

/**
 * Returns the codes of a table with their names.
 * @param {string} table
 */
export const entries = table =>
  readFileSync(new URL(`${table}.csv`, FOLDER), 'utf8').trimEnd().split('\n').slice(1).map(line => line.split(',', 2))

/**
 * Returns a function that returns a code of a table with its name; the objects are created once.
 * @param {string} table
 */
export const codes = table => {
  const known = new Map(entries(table).map(([code, name]) => [code, { code, name }]))
  /** @param {string | null} code */
  return code => (code === null ? null : (known.get(code) ?? { code, name: code }))
}
