/** A gateway composes the Hall with another service of a city. The argument is the address of the API.
 *
 * The other service, appointments at the counters, knows people only by the ids that the Hall gives them.
 */

import assert from 'node:assert/strict'
import { composeServices } from '@theguild/federation-composition'
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import { buildSchema, execute, graphql, parse, print } from 'graphql'

const hall = process.argv[2]
const appointments = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { appointments(person: ID!, enrolment: ID): [Appointment!]! }
  type Appointment { counter: String! person: Person enrolment: FlexibleEmploymentEnrolment }
  type Person @key(fields: "id") { id: ID! counters: [String!]! }
  type FlexibleEmploymentEnrolment @key(fields: "id", resolvable: false) { id: ID! }
`
const served = buildSchema(`
  scalar _Any
  union _Entity = Person
  type Query {
    appointments(person: ID!, enrolment: ID): [Appointment!]!
    _entities(representations: [_Any!]!): [_Entity]!
  }
  type Appointment { counter: String! person: Person enrolment: FlexibleEmploymentEnrolment }
  type Person { id: ID! counters: [String!]! }
  type FlexibleEmploymentEnrolment { id: ID! }
`)
const counters = {
  appointments: ({ person, enrolment }) => [
    { counter: '3', person: { id: person }, enrolment: enrolment && { id: enrolment } },
  ],
  _entities: ({ representations }) => representations.map((each) => ({ ...each, counters: ['3'] })),
}

/** Sends a document to the Hall with the cookie of whoever asks the gateway. */
async function ask(query, variables, cookie) {
  const response = await fetch(hall, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
    body: JSON.stringify({ query, variables }),
  })
  const answer = await response.json()
  return { ...answer, cookie: response.headers.getSetCookie()[0]?.split(';')[0] }
}

async function signedIn(account) {
  const input = { account, password: `demo-${account}` }
  const { data, cookie } = await ask('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
    input,
  })
  assert.equal(data.signIn.__typename, 'SignedIn')
  return cookie
}

const { data: subgraph } = await ask('{ _service { sdl } }')
const composed = composeServices([
  { name: 'hall', url: hall, typeDefs: parse(subgraph._service.sdl) },
  { name: 'appointments', url: 'http://appointments.invalid/', typeDefs: parse(appointments) },
])
assert.deepEqual(composed.errors ?? [], [])

const sent = []
const gateway = getStitchedSchemaFromSupergraphSdl({
  supergraphSdl: composed.supergraphSdl,
  onSubschemaConfig(config) {
    config.executor = ({ document, variables, context }) => {
      if (config.name.toLowerCase() !== 'hall') {
        return execute({ schema: served, document, variableValues: variables, rootValue: counters })
      }
      sent.push(print(document))
      return ask(print(document), variables, context.cookie)
    }
  },
})
const through = async (source, variableValues, cookie) => {
  const { data, errors } = await graphql({ schema: gateway, source, variableValues, contextValue: { cookie } })
  assert.equal(errors, undefined)
  return JSON.parse(JSON.stringify(data))
}

const citizen = await signedIn('enrolled')
// From the Hall to the other service, and back to the Hall by its keys.
const { viewer } = await through(
  '{ viewer { person { id name counters flexibleEmployment { current { id status } } } } }',
  {},
  citizen,
)
const { id, name, counters: own, flexibleEmployment } = viewer.person
assert.deepEqual(own, ['3'])
const joined = `query ($person: ID!, $enrolment: ID) {
  appointments(person: $person, enrolment: $enrolment) { counter person { id name } enrolment { id status } }
}`
const ids = { person: id, enrolment: flexibleEmployment.current.id }
sent.length = 0
assert.deepEqual(await through(joined, ids, citizen), {
  appointments: [{ counter: '3', person: { id, name }, enrolment: flexibleEmployment.current }],
})
assert.ok(sent.length > 0 && sent.every((document) => document.includes('_entities')), sent.join())

// Nobody else gets more by a key than by `node`: neither another citizen, nor staff, who have to say why.
const [other, staff] = [await signedIn('eligible'), await signedIn('supervisor')]
for (const cookie of [undefined, other, staff]) {
  const { data } = await graphql({ schema: gateway, source: joined, variableValues: ids, contextValue: { cookie } })
  assert.equal(data.appointments[0].person?.name ?? null, null)
  assert.equal(data.appointments[0].enrolment?.status ?? null, null)
}
const purpose = '核对参保信息'
const looked = await through(
  'query ($by: PersonBy!, $purpose: String!) { personBy(by: $by, purpose: $purpose) { name counters } }',
  { by: { id }, purpose },
  staff,
)
assert.deepEqual(looked.personBy, { name, counters: ['3'] })
const { viewer: reader } = await through(
  '{ viewer { person { accessLog(first: 1) { nodes { purpose } } } } }',
  {},
  citizen,
)
assert.equal(reader.person.accessLog.nodes[0].purpose, purpose)
