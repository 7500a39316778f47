// Codes with their names, read from the Hall's own tables.

import { readFileSync } from 'node:fs'

const FOLDER = new URL('../../../api/codes/tables/', import.meta.url)

/**
 * Returns a function that returns a code of a table with its name; the objects are created once.
 * @param {string} table
 */
export const codes = table => {
  const lines = readFileSync(new URL(`${table}.csv`, FOLDER), 'utf8').split('\n').slice(1)
  const known = new Map(lines.map(line => line.split(',')).map(([code, name]) => [code, { code, name }]))
  /** @param {string | null} code */
  return code => (code === null ? null : (known.get(code) ?? { code, name: code }))
}
