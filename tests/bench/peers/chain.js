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
export const EMPTY = { id: 0, digest: '0'.repeat(64) }

/** @typedef {{ actor: string, organisation: string, people: number[], at: Date, requestId: string }} Entry */

/**
 * Returns the rows of entries that follow the last one.
 * @param {typeof EMPTY} head
 * @param {Entry[]} entries
 */
export const linked = (head, entries) =>
  entries.map(({ actor, organisation, people, at, requestId }) => {
    const id = head.id + 1
    const content = [id, null, 'LIST', true, formatted(at, 'T'), actor, organisation, '', FIELDS, people, requestId]
    head = { id, digest: hash('sha256', head.digest + JSON.stringify(content)) }
    return {
      id,
      digest: head.digest,
      person_id: null,
      act: 'LIST',
      granted: true,
      at: formatted(at, ' '),
      actor,
      organisation,
      purpose: '',
      fields_seen: FIELDS,
      people_seen: people,
      request_id: requestId
    }
  })

/**
 * Returns a function that resolves after `write` has stored the entry for a page with these persons.
 * @param {(entries: Entry[]) => unknown} write
 */
export const grouped = write => {
  let waiting = []
  let isWriting = false
  const writeAll = async () => {
    while (waiting.length) {
      const batch = waiting
      waiting = []
      try {
        await write(batch.map(each => each.entry))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isWriting = false
  }
  return (actor, organisation, people) =>
    new Promise((resolve, reject) => {
      const entry = { actor, organisation, people, at: new Date(), requestId: randomUUID().replaceAll('-', '') }
      waiting.push({ entry, resolve, reject })
      if (isWriting) return
      isWriting = true
      setImmediate(writeAll)
    })
}

/**
 * Returns a time in Python's format: with microseconds, unless they are zero.
 * @param {Date} at
 * @param {string} separator
 */
const formatted = (at, separator) =>
  at.toISOString().replace('T', separator).replace('.000Z', '+00:00').replace('Z', '000+00:00')
