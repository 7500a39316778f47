/** The only module that sends requests: `ask` sends a document of `documents/` and returns the data, `moduleOf` imports
 * a module dynamically. */

import { LOCALES, language } from './language.js'
import { note } from './session.js'

/** @typedef {import('./documents/answers.js').Answers} Answers */
/** @typedef {import('./documents/answers.js').Variables} Variables */

/** The server could not be reached, or did not respond in time: the request may have been executed. */
export class Unreachable extends Error {}

/** The server reported a fault; the reference identifies it in the logs. */
export class Fault extends Error {
  /** @param {string} reference @param {boolean} [isUnknown]  the question names what the Hall does not have */
  constructor(reference, isUnknown = false) {
    super('The Hall could not answer.')
    this.reference = reference
    this.isUnknown = isUnknown
  }
}

/** A module could not be fetched. Browsers cache the failure, so that only a reload of the client retries. */
export class Unloaded extends Error {}

const PATIENCE = 20_000
const UNKNOWN = 404
// Documents fit the schema, so the error came from an address: a scheme that does not exist.
const MALFORMED = 400
// A document imports the files of its fragments. The server joins them in the same way
// (api/http/graphql/persisted_documents.py): a document's identifier is the digest of the joined text.
const IMPORT = /^#import "\.\/(fragments\/[a-z-]+\.graphql)"$/gm
const API = new URL(
  /** @type {HTMLMetaElement} */ (document.querySelector('meta[name=hall-api]')).content,
  document.baseURI,
)

/** The address of a file of the API that calendars subscribe to.
 * @param {string} path */
export function subscription(path) {
  return new URL(path, API).href.replace(/^https?/, 'webcal')
}

/** A document of the client: its text, and its identifier as a trusted document.
 * @typedef {{ query: string, documentId: string | null }} Question */

/** @type {Map<string, Promise<Question>>} */
const documents = new Map()

/** Returns the data of a document, with texts in the display language.
 * @template {keyof Answers} K
 * @param {K} name
 * @param {Variables[K]} variables
 * @returns {Promise<Answers[K]>} */
export async function ask(name, variables) {
  const { query, documentId } = await documentNamed(name)
  let response = await sent(documentId === null ? { query } : { documentId }, variables)
  // A server of another version does not know this document.
  if (response.status === UNKNOWN && documentId !== null) response = await sent({ query }, variables)
  const answer = await understood(response)
  if ('viewer' in answer) note(answer.viewer, response.headers.get('Date'))
  return answer
}

/** @param {{ query: string } | { documentId: string }} question @param {object} variables */
function sent(question, variables) {
  return patiently(API, {
    method: 'POST',
    credentials: 'include',
    headers: {
      Accept: 'application/graphql-response+json, application/json',
      'Accept-Language': LOCALES[language()],
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ ...question, variables }),
  })
}

/** @param {string} name */
async function documentNamed(name) {
  const loading = documents.get(name) ?? loaded(name)
  documents.set(name, loading)
  try {
    return await loading
  } catch (problem) {
    documents.delete(name)
    throw problem
  }
}

/** Returns a dynamically imported module; throws Unloaded if it could not be fetched.
 * @template M
 * @param {Promise<M>} importing
 * @returns {Promise<M>} */
export async function moduleOf(importing) {
  try {
    return await importing
  } catch (problem) {
    // All browsers use this type for a failed fetch; their messages differ.
    throw problem instanceof TypeError ? new Unloaded('A module could not be fetched.', { cause: problem }) : problem
  }
}

/** @param {string} name @returns {Promise<Question>} */
async function loaded(name) {
  const text = await textOf(`${name}.graphql`)
  const fragments = await Promise.all(Array.from(text.matchAll(IMPORT), ([, path = '']) => textOf(path)))
  const query = [text, ...fragments].join('')
  return { query, documentId: await idOf(new TextEncoder().encode(query)) }
}

/** @param {string} path  below documents/ */
async function textOf(path) {
  const response = await patiently(new URL(`documents/${path}`, import.meta.url), {})
  if (!response.ok) throw new Unreachable(`documents/${path}: ${response.status}`)
  return response.text()
}

/** The identifier of a document, or null without crypto.subtle, as over plain HTTP.
 * @param {Uint8Array<ArrayBuffer>} text */
async function idOf(text) {
  if (!globalThis.crypto?.subtle) return null
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** @param {Response} response */
async function understood(response) {
  const reference = response.headers.get('X-Request-Id') ?? ''
  if ([429, 502, 503, 504].includes(response.status)) throw new Unreachable(String(response.status))
  const answer = await response.json().catch(() => {
    throw response.ok ? new Unreachable('cut short') : new Fault(reference)
  })
  if (answer.errors || !answer.data) {
    throw new Fault(answer.errors?.[0]?.extensions?.supportReference ?? reference, response.status === MALFORMED)
  }
  return answer.data
}

/** @param {URL} address @param {RequestInit} request */
async function patiently(address, request) {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE)
  try {
    const response = await fetch(address, { ...request, signal: stop.signal })
    const body = await response.blob()
    return new Response(body, response)
  } catch (problem) {
    throw new Unreachable(String(problem))
  } finally {
    clearTimeout(timer)
  }
}
