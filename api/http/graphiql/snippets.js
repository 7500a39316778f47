/** The operation of the open tab as a program sends it: with curl, or with fetch. */

const FORMS = { curl, fetch: fetched }

/** Copies the snippet of the pressed button, and says so.
 * @param {HTMLElement} place @param {Storage} storage where GraphiQL keeps its tabs */
export function offerSnippets(place, storage) {
  place.addEventListener('click', async ({ target }) => {
    const form = FORMS[target.dataset?.snippet]
    if (!form) return
    const snippet = form(new URL('graphql', location.href).href, operation(storage))
    await navigator.clipboard?.writeText(snippet).catch(() => {})
    const output = place.querySelector('output')
    output.textContent = snippet
    output.hidden = false
  })
}

/** @param {Storage} storage */
function operation(storage) {
  const { tabs = [], activeTabIndex = 0 } = JSON.parse(storage.getItem('graphiql:tabState') ?? '{}')
  const { query, variables } = tabs[activeTabIndex] ?? {}
  return { query: query ?? '', ...(variables?.trim() && { variables: JSON.parse(variables) }) }
}

/** @param {string} address @param {object} sent */
function curl(address, sent) {
  const body = JSON.stringify(sent).replaceAll("'", String.raw`'\''`)
  return `curl ${address} \\\n  -H 'Content-Type: application/json' \\\n  -H 'Authorization: Bearer TOKEN' \\\n  -d '${body}'`
}

/** @param {string} address @param {object} sent */
function fetched(address, sent) {
  const headers = "{ 'Content-Type': 'application/json', Authorization: 'Bearer TOKEN' }"
  return `await fetch('${address}', {\n  method: 'POST',\n  headers: ${headers},\n  body: JSON.stringify(${JSON.stringify(sent, null, 2)}),\n}).then((response) => response.json())`
}
