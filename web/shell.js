/** The frame of every page: header, menu, footer, and the warning before a session ends. */

import { choose, chosen, isDark, keepChoices } from './display.js'
import { forgetAll } from './draft.js'
import { ask } from './hall.js'
import { language, say } from './language.js'
import { element, fill, svg } from './parts/element.js'
import { panel } from './parts/panel.js'
import { again, go, here } from './place.js'
import { CHANGED, note, tellSignedOut, timeLeft, viewer } from './session.js'
import { words } from './texts/shell.js'

const WARN_BEFORE = 3 * 60_000
const A_MOMENT = 1_000
const LONGEST_TIMER = 2 ** 31 - 1

let warning = 0
let ending = 0

/** @type {string | undefined} */
let drawnFor

/** Draws header and footer now and after each sign-in or sign-out. */
export function keepShell() {
  placed('skip').addEventListener('click', toContent)
  drawShell()
  addEventListener(CHANGED, () => (viewer()?.account === drawnFor ? watchSession() : drawShell()))
  addEventListener('hashchange', drawMenu)
}

function drawShell() {
  drawnFor = viewer()?.account
  placed('skip').textContent = say(words.skip)
  fill(placed('header'), top(), element('nav', { class: 'menu', id: 'menu', 'aria-label': say(words.menu) }))
  drawMenu()
  fill(placed('footer'), footer())
  watchSession()
}

/** The skip link. The URL is unchanged, because it is the route of the page.
 * @param {Event} event */
function toContent(event) {
  event.preventDefault()
  placed('main').focus()
}

function top() {
  return element(
    'div',
    { class: 'top width' },
    element('a', { class: 'brand', href: '#/' }, mark(), element('span', {}, say(words.name))),
    element(
      'div',
      { class: 'tools' },
      tool(
        say(words.otherLanguage),
        () => choose('language', language() === 'ZH' ? 'en' : 'zh'),
        language() === 'ZH' ? 'en' : 'zh-CN',
      ),
      tool(say(chosen('reading') === 'large' ? words.usual : words.large), () =>
        choose('reading', chosen('reading') === 'large' ? 'usual' : 'large'),
      ),
      tool(say(isDark() ? words.light : words.dark), () => choose('theme', isDark() ? 'light' : 'dark')),
      viewer() && element('a', { class: 'tool', href: '#/sessions' }, say(words.sessions)),
      viewer()
        ? element('button', { type: 'button', class: 'tool', click: signOut }, say(words.signOut))
        : element('a', { class: 'tool', href: '#/sign-in' }, say(words.signIn)),
    ),
  )
}

/** @param {string} word @param {() => void} change @param {string} [lang] */
function tool(word, change, lang) {
  return element('button', { type: 'button', class: 'tool', lang, click: changed }, word)

  function changed() {
    const index = [...document.querySelectorAll('.tool')].findIndex((each) => each === document.activeElement)
    change()
    drawShell()
    again()
    if (index >= 0) /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll('.tool')][index])?.focus()
  }
}

function drawMenu() {
  const signedIn = viewer()
  /** @type {[string, import('./language.js').Text][]} */
  const own = [
    ['#/', words.home],
    ['#/record', words.record],
    ['#/enrol', words.enrol],
    ['#/access', words.access],
  ]
  /** @type {[string, import('./language.js').Text][]} */
  const staff = [
    ['#/', words.home],
    ['#/people', words.people],
  ]
  const links = signedIn === null ? [] : isStaff() ? staff : own
  fill(
    placed('menu'),
    links.length > 0 &&
      element(
        'ul',
        { class: 'width' },
        links.map(([address, word]) => element('li', {}, menuLink(address, say(word)))),
      ),
  )
}

/** @param {string} address @param {string} word */
function menuLink(address, word) {
  const { path } = here()
  const target = address.slice(1)
  const isHere = target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`)
  return element('a', { href: address, 'aria-current': isHere ? 'page' : null }, word)
}

/** Whether the signed-in account is of staff. */
export function isStaff() {
  return (viewer()?.roles ?? []).some((role) => ['CLERK', 'SUPERVISOR'].includes(role.toUpperCase()))
}

function footer() {
  /** @type {[string, import('./language.js').Text][]} */
  const links = [
    ['#/contributions', words.contributions],
    ['#/calendar', words.calendar],
    ['#/retirement', words.retirement],
    ['#/verify', words.verify],
    ['#/rules', words.rules],
  ]
  return element(
    'div',
    { class: 'width footer-content' },
    element(
      'nav',
      { 'aria-label': say(words.more) },
      element(
        'ul',
        {},
        links.map(([address, word]) => element('li', {}, element('a', { href: address }, say(word)))),
      ),
    ),
    element('p', {}, say(words.fewWords)),
  )
}

function mark() {
  return svg(
    'svg',
    { class: 'mark', viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    svg('path', { class: 'mark-arch', d: 'M11 31V21.500a13 13 0 0 1 26 0V31' }),
    svg('path', { class: 'mark-door', d: 'M20 31v-9a4 4 0 0 1 8 0v9z' }),
    svg('path', {
      class: 'mark-water',
      d: 'M8 38c2.700-2.400 5.300-2.400 8 0s5.300 2.400 8 0 5.300-2.400 8 0 5.300 2.400 8 0',
    }),
  )
}

async function signOut() {
  forgetAll()
  try {
    await ask('sign-out', {})
  } finally {
    keepChoices()
    note(null)
    tellSignedOut()
    go('#/')
  }
}

function watchSession() {
  clearTimeout(warning)
  clearTimeout(ending)
  fill(placed('warning'))
  const signedIn = viewer()
  if (signedIn === null) return
  const left = timeLeft()
  warning = setTimeout(() => warn(signedIn.sessionExpiresAt), Math.min(Math.max(left - WARN_BEFORE, 0), LONGEST_TIMER))
  // The person may have left the machine: after the session's end, no data of the record is displayed.
  ending = setTimeout(again, Math.min(left + A_MOMENT, LONGEST_TIMER))
}

/** @param {string} ends */
function warn(ends) {
  const until = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(
    new Date(ends),
  )
  const button = element('button', { type: 'button', class: 'button', click: goOn }, say(words.goOn))
  const shown = panel('wait', say(words.endsTitle), element('p', {}, say(words.endsText, { time: until })), button)
  shown.setAttribute('role', 'alert')
  fill(placed('warning'), shown)

  async function goOn() {
    const { viewer: prolonged } = await ask('session', {})
    if (prolonged && timeLeft() <= WARN_BEFORE) {
      fill(placed('warning'), panel('wait', say(words.endsTitle), say(words.endsAnyway, { time: until })))
    } else if (prolonged === null) {
      again()
    }
  }
}

/** @param {string} id */
function placed(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
