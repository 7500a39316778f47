/** urql with graphcache and automatic persisted queries. The argument is the address of the API. */

import assert from 'node:assert/strict'
import { Client, fetchExchange, gql } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { persistedExchange } from '@urql/exchange-persisted'
import { buildSchema, introspectionFromSchema, isObjectType } from 'graphql'
import { browser, documents, journey, schema, sha256 } from './journey.mjs'

const built = buildSchema(schema)
// The keys of docs/api.md: by id, or part of the object that has it.
const unkeyed = Object.values(built.getTypeMap()).filter((type) => isObjectType(type) && !('id' in type.getFields()))
const keys = Object.fromEntries(unkeyed.map((type) => [type.name, () => null]))
const all = gql(documents)
const fragments = all.definitions.filter(({ kind }) => kind === 'FragmentDefinition')
const named = (name) => ({
  kind: 'Document',
  definitions: [all.definitions.find((each) => each.name.value === name), ...(/Reg|With/.test(name) ? fragments : [])],
})

const { ask, sent } = browser()
const warnings = []
const cache = cacheExchange({
  schema: introspectionFromSchema(built),
  keys,
  resolvers: { Person: { accessLog: relayPagination() } },
  logger: (severity, message) => severity !== 'debug' && warnings.push(message),
})
const persisted = persistedExchange({ generateHash: async (text) => sha256(text), preferGetForPersistedQueries: false })
const client = new Client({
  url: process.argv[2],
  fetch: ask,
  exchanges: [cache, persisted, fetchExchange],
  preferGetMethod: false,
})
const pages = [{ first: 2 }]

await journey(
  {
    async send(name, variables) {
      const document = named(name)
      const isQuery = document.definitions[0].operation === 'query'
      const { data, error } = await (isQuery ? client.query(document, variables) : client.mutation(document, variables))
      assert.equal(error, undefined)
      return data
    },
    seen: async () => client.readQuery(named('Home'), pages[0])?.data,
    async more(first) {
      const { accessLog } = client.readQuery(named('Home'), pages[0]).data.viewer.person
      const { error } = await client.query(named('Home'), { first, after: accessLog.pageInfo.endCursor })
      assert.equal(error, undefined)
    },
  },
  sent,
)
assert.deepEqual(warnings, [])
const hashed = sent.map(({ body }) => JSON.parse(body)).filter(({ query }) => query === undefined)
assert.ok(hashed.length > 0, 'a request had only a hash')
