// Node's fastest stack: fastify, mercurius with its JIT, synchronous better-sqlite3. Each list is one statement, and the
// participations of persons one more; the records are built there, so that the JIT's code calls no resolvers.
//
//     node mercurius.js PORT DATABASE

import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import fastify from 'fastify'
import mercurius from 'mercurius'
import { cursor, position } from './cursors.js'
import { log } from './log.js'
import { record } from './records.js'

const [port, path] = process.argv.slice(2)
const database = new Database(path)
for (const pragma of ['synchronous = FULL', 'cache_size = -65536']) database.pragma(pragma)

// Accounts, and the condition for the one with a valid token. The unary plus keeps better-sqlite3's SQLite
// (SQLITE_ENABLE_STAT4) from planning again for each value, which is eight times as slow.
const ACCOUNTS = 'session JOIN account ON account.id = session.account_id'
const VALID_TOKEN = "session.secret_digest = +? AND session.kind = 'PROGRAM' AND session.expires_at > +?"
const PERSON = 'SELECT person.*, employer.code AS employer_code, employer.name AS employer_name'
const ownPerson = database.prepare(`
  ${PERSON} FROM ${ACCOUNTS}
  LEFT JOIN person ON person.id = account.person_id
  LEFT JOIN employer ON employer.id = person.employer_id
  WHERE ${VALID_TOKEN}
`)
const staff = database.prepare(`
  SELECT account.name, organisation, districts FROM ${ACCOUNTS} WHERE ${VALID_TOKEN} AND role <> 'CITIZEN'
`)
const pageOfPeople = database.prepare(`
  ${PERSON} FROM person LEFT JOIN employer ON employer.id = person.employer_id
  WHERE person.id IN (
    SELECT id FROM person WHERE insured_district IN (SELECT value FROM json_each(?)) AND id > +? ORDER BY id LIMIT +?
  )
  ORDER BY person.id
`)
const recordPage = log(database)

/** Returns the statement that selects the participations of this number of persons; each is prepared once. */
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

/** Returns the digest of a request's token, and the time in the database's format. */
const tokenParameters = request => {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '')
  return [hash('sha256', token), new Date().toISOString().replace('T', ' ')]
}

/** Returns the records of persons; their participations are read with one statement. */
const records = people => {
  const periods = new Map(people.map(person => [person.id, []]))
  for (const period of participations(people.length).all(...periods.keys())) periods.get(period.person_id).push(period)
  return people.map(person => record(person, periods.get(person.id)))
}

const resolvers = {
  Query: {
    viewer(_, __, { request }) {
      const person = ownPerson.get(...tokenParameters(request))
      if (person === undefined) return null
      return { person: person.id === null ? null : records([person])[0] }
    },
    async people(_, { first, after = null }, { request }) {
      const account = staff.get(...tokenParameters(request))
      const found = account === undefined ? [] : pageOfPeople.all(account.districts, position(after), first + 1)
      const shown = found.slice(0, first)
      if (account !== undefined) await recordPage(account.name, account.organisation, shown.map(person => person.id))
      const endCursor = shown.length ? cursor(shown.at(-1).id) : null
      return { nodes: records(shown), pageInfo: { hasNextPage: found.length > first, endCursor } }
    }
  }
}

// The operations by the digests of their texts, for requests with a digest.
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
