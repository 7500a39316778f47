/** The only fetch of this page: an operation goes to the Hall beside it, and its answer comes back. */

/** @param {{ query: string, variables?: object, operationName?: string | null }} operation
 * @param {{ headers?: Record<string, string> }} [options] headers that were typed into GraphiQL */
export async function ask(operation, options = {}) {
  const response = await fetch('graphql', {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...options.headers,
    },
    body: JSON.stringify(operation),
  })
  return response.json()
}
