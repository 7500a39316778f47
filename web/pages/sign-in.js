/** The sign-in page; after signing in, the page that required it is displayed. */

import { forgetAll, keep, kept } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { help } from '../parts/aside.js'
import { element } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { inset } from '../parts/panel.js'
import { again, go, here } from '../place.js'
import { words } from '../texts/sign-in.js'

// The account of the drafts in this browser, which another person at the same kiosk must not see.
const OWNER = 'owner'

/** The page at `#/sign-in`, also displayed in place of any page that requires a session. */
export async function show() {
  const { viewer: signedIn, service } = await ask('sign-in', {})
  const isAsked = here().path === '/sign-in'
  const account = textField({
    name: 'account',
    label: say(words.account),
    autocomplete: 'username',
    autocapitalize: 'none',
    width: 'control-middle',
  })
  const password = textField({
    name: 'password',
    label: say(words.password),
    type: 'password',
    autocomplete: 'current-password',
    width: 'control-middle',
  })
  const showing = showPassword(password)
  const asked = form({
    fields: [account, password],
    content: [account.node, password.node, showing],
    button: say(words.signIn),
    send: ({ account: name = '', password: secret = '' }) => signIn(name, secret),
  })
  return {
    title: say(words.title),
    content: [
      asked.summary,
      heading(say(words.title)),
      !isAsked && lead(say(words.again)),
      signedIn && inset(say(words.already, { account: signedIn.account })),
      element(
        'div',
        { class: 'two-columns' },
        element('div', {}, asked.node, element('p', { class: 'hint' }, say(words.help)), help()),
        service !== null && service.demoAccounts.length > 0 && demoAccounts(service.demoAccounts),
      ),
    ],
  }
}

/** The box that shows the password while it is ticked; it is sent hidden or not.
 * @param {import('../parts/field.js').Field} password */
function showPassword(password) {
  const control = /** @type {HTMLInputElement} */ (password.node.querySelector('input'))
  const box = element('input', { type: 'checkbox', id: 'show-password', change: () => switched() })
  return element('div', { class: 'choice' }, box, element('label', { for: 'show-password' }, say(words.showPassword)))

  function switched() {
    control.type = box.checked ? 'text' : 'password'
  }
}

/** @param {string} account @param {string} password */
async function signIn(account, password) {
  const missing = [
    account.trim() === '' && { field: 'account', message: say(words.accountMissing) },
    password === '' && { field: 'password', message: say(words.passwordMissing) },
  ].filter((wrong) => wrong !== false)
  if (missing.length > 0) return missing
  const { signIn: result } = await ask('sign-in-send', { input: { account: account.trim(), password } })
  if (result === null) return []
  if (result.__typename === 'AccessProblem') return [{ field: 'account', message: result.message }]
  if (kept(OWNER).account !== result.viewer.account) forgetAll()
  keep(OWNER, { account: result.viewer.account })
  // Without cookies the next request has no session.
  if ((await ask('session', {})).viewer === null) return [{ field: 'account', message: say(words.cookies) }]
  if (here().path === '/sign-in') go('#/')
  else again()
}

/** @param {{ account: string, story: string }[]} accounts */
function demoAccounts(accounts) {
  return element(
    'section',
    { class: 'demo' },
    element('h2', {}, say(words.demo)),
    element('p', { class: 'hint' }, say(words.demoText)),
    element('ul', { class: 'demo-accounts' }, accounts.map(demoAccount)),
  )
}

/** @param {{ account: string, story: string }} demo */
function demoAccount({ account, story }) {
  const { node } = form({
    fields: [],
    content: [element('p', { class: 'demo-story' }, story)],
    button: account,
    look: 'button button-quiet',
    send: () => signIn(account, `demo-${account}`),
  })
  return element('li', {}, node)
}
