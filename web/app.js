/** The router: maps the URL's path to a page module and displays it. */

import { applyChoices } from './display.js'
import { Fault, moduleOf, Unloaded, Unreachable } from './hall.js'
import { say } from './language.js'
import { announce } from './parts/announcer.js'
import { element, fill } from './parts/element.js'
import { heading, lead } from './parts/heading.js'
import { AGAIN, FAILED, again, goInstead, here } from './place.js'
import { guardSession, SignedOut } from './session.js'
import { keepShell } from './shell.js'
import { words } from './texts/shell.js'

/** What a page module returns: its title, its content, and what screen readers are told once it is displayed.
 * @typedef {{ title: string, content: import('./parts/element.js').Child[], said?: string }} Screen */

/** A redirect of a page module: the URL to go to. Nothing is drawn before the target page.
 * @typedef {{ instead: string }} Redirect */

const PAGES = {
  '/': 'home',
  '/sign-in': 'sign-in',
  '/check': 'check',
  '/record': 'record',
  '/access': 'access',
  '/sessions': 'sessions',
  '/enrol': 'schemes',
  '/enrol/done/:id': 'enrol-done',
  '/enrol/:scheme': 'enrol',
  '/enrol/:scheme/notice': 'enrol-notice',
  '/enrol/:scheme/district': 'enrol-district',
  '/enrol/:scheme/details': 'enrol-details',
  '/enrol/:scheme/check': 'enrol-check',
  '/receipt/:id': 'receipt',
  '/withdraw/:id': 'withdraw',
  '/verify': 'verify',
  '/calendar': 'calendar',
  '/retirement': 'retirement',
  '/contributions': 'contributions',
  '/rules': 'rules',
  '/privacy': 'about',
  '/accessibility': 'about',
  '/people': 'people',
  '/people/:id': 'person',
}

const SLOW = 100
let turn = 0
let shownBefore = false

applyChoices()
keepShell()
guardSession()
addEventListener('hashchange', () => show())
addEventListener(AGAIN, () => show())
addEventListener(FAILED, (event) => show(Promise.reject(/** @type {CustomEvent} */ (event).detail)))
show()

/** @param {Promise<Screen | Redirect>} [coming] */
async function show(coming = screenHere()) {
  const mine = ++turn
  // After a later navigation this page is not displayed.
  const slow = setTimeout(() => mine === turn && busy(true), SLOW)
  const screen = await coming.catch(screenOf)
  clearTimeout(slow)
  if (mine !== turn) return
  if ('instead' in screen) goInstead(screen.instead)
  else showScreen(screen)
}

/** @returns {Promise<Screen | Redirect>} */
async function screenHere() {
  const { path, query } = here()
  for (const [pattern, name] of Object.entries(PAGES)) {
    const parameters = matched(pattern, path)
    if (parameters) return (await moduleOf(import(`./pages/${name}.js`))).show({ path, parameters, query })
  }
  return notFound()
}

/** @param {string} pattern @param {string} path */
function matched(pattern, path) {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  /** @type {Record<string, string>} */
  const parameters = {}
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) parameters[part.slice(1)] = given[index] ?? ''
    else if (part !== given[index]) return null
  }
  return parameters
}

/** @param {Screen} screen */
function showScreen(screen) {
  const main = /** @type {HTMLElement} */ (document.getElementById('main'))
  busy(false)
  document.title = `${screen.title} – ${say(words.name)}`
  fill(main, ...screen.content)
  main.dataset.place = here().path
  announce(screen.said ?? '')
  // The focus stays at the switches for language and type size.
  if (shownBefore && !document.activeElement?.closest('.tools')) {
    scrollTo({ top: 0, behavior: 'instant' })
    main.querySelector('h1')?.focus({ preventScroll: true })
  }
  shownBefore = true
}

/** @param {boolean} loading */
function busy(loading) {
  const main = /** @type {HTMLElement} */ (document.getElementById('main'))
  const progress = /** @type {HTMLElement} */ (document.getElementById('progress'))
  main.setAttribute('aria-busy', String(loading))
  progress.hidden = !loading
  if (!loading) return
  announce(say(words.loading))
  if (main.childElementCount === 0 || main.querySelector('.opening')) {
    fill(main, element('p', { class: 'loading' }, say(words.loading)))
  }
}

/** The page displayed instead of one that failed.
 * @param {unknown} problem
 * @returns {Screen | Promise<Screen>} */
function screenOf(problem) {
  if (problem instanceof SignedOut) return signIn().catch(screenOf)
  if (problem instanceof Unreachable) return lost(again)
  if (problem instanceof Unloaded) {
    console.info(problem.cause)
    return lost(() => location.reload())
  }
  if (problem instanceof Fault && problem.isUnknown) return notFound().catch(screenOf)
  if (!(problem instanceof Fault)) console.error(problem)
  const reference = problem instanceof Fault && problem.reference
  return {
    title: say(words.faultTitle),
    content: [
      heading(say(words.faultTitle)),
      lead(say(words.faultText)),
      reference && element('p', { class: 'hint' }, say(words.reference, { reference })),
      retryButton(again),
    ],
  }
}

/** @param {() => void} retry @returns {Screen} */
function lost(retry) {
  return {
    title: say(words.lostTitle),
    content: [heading(say(words.lostTitle)), lead(say(words.lostText)), retryButton(retry)],
  }
}

/** @param {() => void} retry */
function retryButton(retry) {
  return element('button', { type: 'button', class: 'button', click: retry }, say(words.retry))
}

/** @returns {Promise<Screen>} */
async function signIn() {
  return (await moduleOf(import('./pages/sign-in.js'))).show()
}

/** @returns {Promise<Screen>} */
async function notFound() {
  return (await moduleOf(import('./pages/not-found.js'))).show()
}
