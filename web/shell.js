/** The frame of every page: header with places and menu, footer, and the warning before a session ends. */

import { choose, chosen, isDark, keepChoices } from './display.js'
import { forgetAll } from './draft.js'
import { ask } from './hall.js'
import { language, say } from './language.js'
import { telephone } from './parts/aside.js'
import { element, fill, svg } from './parts/element.js'
import { icon } from './parts/icon.js'
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
  addEventListener('hashchange', () => {
    drawPlaces()
    openMenu(false)
  })
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element && target.closest('.tools'))) openMenu(false)
  })
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !isMenuOpen()) return
    openMenu(false)
    placed('menu-button').focus()
  })
}

function drawShell() {
  drawnFor = viewer()?.account
  placed('skip').textContent = say(words.skip)
  fill(placed('header'), top())
  drawPlaces()
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
    element('nav', { class: 'places', id: 'places', 'aria-label': say(words.places) }),
    element(
      'div',
      { class: 'tools' },
      tool(
        say(words.otherLanguage),
        () => choose('language', language() === 'ZH' ? 'en' : 'zh'),
        language() === 'ZH' ? 'en' : 'zh-CN',
      ),
      viewer() === null && element('a', { class: 'tool tool-wide', href: '#/sign-in' }, say(words.signIn)),
      element(
        'button',
        {
          type: 'button',
          class: 'tool',
          id: 'menu-button',
          'aria-expanded': 'false',
          'aria-controls': 'menu',
          click: () => openMenu(!isMenuOpen()),
        },
        icon('menu'),
        element('span', { class: 'tool-word' }, say(words.menu)),
      ),
      element(
        'div',
        { class: 'menu', id: 'menu', hidden: true },
        tool(say(chosen('reading') === 'large' ? words.usual : words.large), () =>
          choose('reading', chosen('reading') === 'large' ? 'usual' : 'large'),
        ),
        tool(say(isDark() ? words.light : words.dark), () => choose('theme', isDark() ? 'light' : 'dark')),
        viewer() === null && element('a', { class: 'tool', href: '#/sign-in' }, say(words.signIn)),
        viewer() && element('a', { class: 'tool', href: '#/sessions' }, say(words.sessions)),
        viewer() && element('button', { type: 'button', class: 'tool', click: signOut }, say(words.signOut)),
      ),
    ),
  )
}

function isMenuOpen() {
  return !placed('menu').hidden
}

/** @param {boolean} open */
function openMenu(open) {
  placed('menu').hidden = !open
  placed('menu-button').setAttribute('aria-expanded', String(open))
}

/** @param {string} word @param {() => void} change @param {string} [lang] */
function tool(word, change, lang) {
  return element('button', { type: 'button', class: 'tool', lang, click: changed }, word)

  function changed() {
    const index = [...document.querySelectorAll('.tool')].findIndex((each) => each === document.activeElement)
    const wasOpen = isMenuOpen()
    change()
    drawShell()
    openMenu(wasOpen)
    again()
    if (index >= 0) /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll('.tool')][index])?.focus()
  }
}

/** @typedef {[string, import('./language.js').Text, Parameters<typeof icon>[0]]} PlaceLink */

/** @type {PlaceLink[]} */
const OWN_PLACES = [
  ['#/', words.home, 'home'],
  ['#/record', words.record, 'person'],
  ['#/enrol', words.enrol, 'sheet'],
  ['#/access', words.access, 'eye'],
]
/** @type {PlaceLink[]} */
const STAFF_PLACES = [
  ['#/', words.home, 'home'],
  ['#/people', words.people, 'search'],
]

/** The places of the Hall: in the header on wide screens, at the bottom of the window on a phone. */
function drawPlaces() {
  const links = viewer() === null ? [] : isStaff() ? STAFF_PLACES : OWN_PLACES
  document.body.classList.toggle('has-places', links.length > 0)
  fill(placed('places'), links.length > 0 && element('ul', {}, links.map(placeLink)))
}

/** @param {PlaceLink} link */
function placeLink([address, word, picture]) {
  const { path } = here()
  const target = address.slice(1)
  const isHere = target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`)
  return element(
    'li',
    {},
    element('a', { href: address, 'aria-current': isHere ? 'page' : null }, icon(picture), say(word)),
  )
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
    ['#/privacy', words.privacy],
    ['#/accessibility', words.accessibility],
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
    telephone('12333', say(words.about12333)),
    telephone('12366', say(words.about12366)),
    element('p', {}, say(words.organiser)),
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
