/** GraphiQL for the Hall: examples in its tabs, and a switch to act as any person of the demo. */

import { GraphiQL } from 'graphiql'
import 'graphiql/style.css'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import './bar.css'
import { ask } from './ask.js'
import { examples, linked } from './examples.js'
import { showPersonas } from './personas.js'
import { offerSnippets } from './snippets.js'

const WORKERS = { json: 'json', graphql: 'graphql' }

// The editor works in threads of its own, whose files lie beside this one.
globalThis.MonacoEnvironment = {
  getWorker: (_, label) =>
    new Worker(new URL(`${WORKERS[label] ?? 'editor'}.worker.js`, import.meta.url), { name: label }),
}

/** What GraphiQL keeps between visits ends with the tab: a query may hold a person's number. */
const storage = sessionStorage

const [asked] = linked()
offerSnippets(document.querySelector('#snippets'), storage)
showPersonas(document.querySelector('#persona'))
createRoot(document.querySelector('#graphiql')).render(
  createElement(GraphiQL, {
    fetcher: ask,
    storage,
    defaultTabs: [...linked(), ...(await examples())],
    initialQuery: asked?.query,
    initialVariables: asked?.variables,
    defaultEditorToolsVisibility: 'variables',
  }),
)
