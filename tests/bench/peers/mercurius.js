// Node's fastest: fastify, mercurius with its JIT, better-sqlite3 in the loop. Each list is one statement, and what hangs
// on people one more; the records are made there, so that the JIT's code has nothing to call.
//
//     node mercurius.js PORT DATABASE

import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import fastify from 'fastify'
import mercurius from 'mercurius'
import { log } from './log.js'
import { record } from './records.js'

const [port, path] = process.argv.slice(2)
const database = new Database(path)
for (const pragma of ['synchronous = FULL', 'cache_size = -65536']) database.pragma(pragma)

// Accounts, and the condition that leaves the one whose token, by its digest, is good at a moment. Before a gap stands a
// plus, because better-sqlite3's SQLite (SQLITE_ENABLE_STAT4) otherwise plans anew for each value: eight times as slow.
const ACCOUNTS = 'session JOIN account ON account.id = session.account_id'
const ASKING = "session.secret_digest = +? AND session.kind = 'PROGRAM' AND session.expires_at > +?"
const PERSON = 'SELECT person.*, employer.code AS employer_code, employer.name AS employer_name'
const ownPerson = database.prepare(`
  ${PERSON} FROM ${ACCOUNTS}
  LEFT JOIN person ON person.id = account.person_id
  LEFT JOIN employer ON employer.id = person.employer_id
  WHERE ${ASKING}
`)
const staff = database.prepare(`
  SELECT account.name, organisation, districts FROM ${ACCOUNTS} WHERE ${ASKING} AND role <> 'CITIZEN'
`)
const pageOfPeople = database.prepare(`
  ${PERSON} FROM person LEFT JOIN employer ON employer.id = person.employer_id
  WHERE person.id IN (
    SELECT id FROM person WHERE insured_district IN (SELECT value FROM json_each(?)) AND id > +? ORDER BY id LIMIT +?
  )
  ORDER BY person.id
`)
const showed = log(database)

/** Returns the statement that finds the participations of so many people; each is prepared once. */
const participations = count => {
  const text = `
    SELECT participation.*, employer.code AS employer_code, employer.name AS employer_name
    FROM participation LEFT JOIN employer ON employer.id = participation.employer_id
    WHERE person_id IN (${Array(count).fill('?').join()})
    ORDER BY started_on, participation.id
  `
  return (prepared[count] ??= database.prepare(text))
}
const prepared = []

/** Returns the digest of a request's token, and the moment as the database writes it. */
const asking = request => {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '')
  return [hash('sha256', token), new Date().toISOString().replace('T', ' ')]
}

/** Returns the records of people, whose participations take one statement. */
const records = people => {
  const periods = new Map(people.map(person => [person.id, []]))
  for (const period of participations(people.length).all(...periods.keys())) periods.get(period.person_id).push(period)
  return people.map(person => record(person, periods.get(person.id)))
}

const position = after => (after === null ? 0 : Number(Buffer.from(after, 'base64url').toString().slice(3)))
const cursor = row => Buffer.from(`at:${row}`).toString('base64url')

const resolvers = {
  Query: {
    viewer(_, __, { request }) {
      const person = ownPerson.get(...asking(request))
      if (person === undefined) return null
      return { person: person.id === null ? null : records([person])[0] }
    },
    async people(_, { first, after = null }, { request }) {
      const asker = staff.get(...asking(request))
      const found = asker === undefined ? [] : pageOfPeople.all(asker.districts, position(after), first + 1)
      const shown = found.slice(0, first)
      if (asker !== undefined) await showed(asker.name, asker.organisation, shown.map(person => person.id))
      const endCursor = shown.length ? cursor(shown.at(-1).id) : null
      return { nodes: records(shown), pageInfo: { hasNextPage: found.length > first, endCursor } }
    }
  }
}

// The operations by the digests of their texts, for those who send that instead.
const documents = new URL('../documents/', import.meta.url)
const texts = [['one-person', 'record'], ['page', 'record']].map(names =>
  names.map(name => readFileSync(new URL(`${name}.graphql`, documents), 'utf8')).join('')
)
const persistedQueries = Object.fromEntries(texts.map(text => [hash('sha256', text), text]))

const app = fastify({ logger: false })
app.register(mercurius, {
  schema: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  jit: 1,
  persistedQueries,
  context: request => ({ request })
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
