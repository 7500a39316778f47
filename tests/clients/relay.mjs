/** Relay: its compiler has read relay/src/journey.js, and its hooks render the record. The arguments are the address of
 * the API and the folder in which it was compiled. */

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createElement, Suspense } from 'react'
import { RelayEnvironmentProvider, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks.js'
import runtime from 'relay-runtime'
import { act, create } from 'react-test-renderer'
import { browser, journey } from './journey.mjs'

const { Environment, Network, RecordSource, Store, commitMutation, fetchQuery } = runtime
const [address, folder] = process.argv.slice(2)
const load = createRequire(`${folder}/`)
const operation = (name) => load(`./src/__generated__/journey${name}.graphql.js`)
const persisted = load('./persisted.json')
const { ask, sent } = browser()
globalThis.IS_REACT_ACT_ENVIRONMENT = true

const environment = new Environment({
  store: new Store(new RecordSource()),
  network: Network.create(async ({ id }, variables) => {
    // The Hall knows the manifest: see test_clients.py.
    assert.ok(persisted[id])
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' }
    const body = JSON.stringify({ documentId: id, variables })
    return (await ask(address, { method: 'POST', headers, body })).json()
  }),
})

const [home, log] = [operation('HomeQuery'), operation('_person')]
let shown
let loadNext

/** Shows the record, and keeps what React has rendered last. */
function Record() {
  const { viewer } = useLazyLoadQuery(home, { first: 2 })
  const page = usePaginationFragment(log, viewer.person)
  shown = { viewer: { ...viewer, person: { ...viewer.person, accessLog: page.data.accessLog } } }
  loadNext = page.loadNext
  return null
}

/** Renders the record, which asks for it, and returns when it is there. */
async function rendered() {
  const record = createElement(Suspense, { fallback: null }, createElement(Record))
  await act(async () => create(createElement(RelayEnvironmentProvider, { environment }, record)))
  while (!shown) await act(async () => new Promise((resolve) => setTimeout(resolve, 10)))
  return shown
}

await journey(
  {
    async send(name, variables) {
      if (name === 'Home') return rendered()
      if (['Notice', 'Reveal'].includes(name)) {
        return fetchQuery(environment, operation(`${name}Query`), variables).toPromise()
      }
      const mutation = operation(`${name}Mutation`)
      return act(
        () =>
          new Promise((onCompleted, onError) =>
            commitMutation(environment, { mutation, variables, onCompleted, onError }),
          ),
      )
    },
    seen: async () => shown,
    more: (first) => act(() => new Promise((resolve) => loadNext(first, { onComplete: resolve }))),
  },
  sent,
)
process.exit()
