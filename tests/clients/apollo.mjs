/** Apollo Client, with automatic persisted queries. The argument is the address of the API. */

import assert from 'node:assert/strict'
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { relayStylePagination } from '@apollo/client/utilities'
import { buildSchema, isAbstractType } from 'graphql'
import { browser, documents, journey, schema, sha256 } from './journey.mjs'

const built = buildSchema(schema)
const abstract = Object.values(built.getTypeMap()).filter(isAbstractType)
const possibleTypes = Object.fromEntries(
  abstract.map((type) => [type.name, built.getPossibleTypes(type).map((each) => each.name)]),
)
const all = gql(documents)
const fragments = all.definitions.filter(({ kind }) => kind === 'FragmentDefinition')
const named = (name) => ({
  kind: 'Document',
  definitions: [all.definitions.find((each) => each.name.value === name), ...(/Reg|With/.test(name) ? fragments : [])],
})

const { ask, sent } = browser()
const client = new ApolloClient({
  cache: new InMemoryCache({
    possibleTypes,
    typePolicies: { Person: { fields: { accessLog: relayStylePagination() } } },
  }),
  clientAwareness: { name: 'journey', version: '1' },
  link: ApolloLink.from([new PersistedQueryLink({ sha256 }), new HttpLink({ uri: process.argv[2], fetch: ask })]),
})
const whole = { query: named('Home'), variables: { first: 2 } }

await journey(
  {
    async send(name, variables) {
      const isQuery = named(name).definitions[0].operation === 'query'
      const answer = await (isQuery
        ? client.query({ query: named(name), variables })
        : client.mutate({ mutation: named(name), variables }))
      assert.equal(answer.error, undefined)
      return answer.data
    },
    seen: async () => client.readQuery(whole),
    async more(first) {
      const { accessLog } = client.readQuery(whole).viewer.person
      const home = client.watchQuery(whole)
      const shown = home.subscribe({ error: (error) => assert.fail(error) })
      await home.fetchMore({ variables: { first, after: accessLog.pageInfo.endCursor } })
      shown.unsubscribe()
    },
  },
  sent,
)
const [first] = sent.map(({ body }) => JSON.parse(body))
assert.equal(first.query, undefined, 'the first request had only a hash')
assert.ok(first.extensions.persistedQuery)
client.stop()
