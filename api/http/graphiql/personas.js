/** The switch to act as any person of the demo: it signs in as they would, through the `signIn` mutation. */

import { ask } from './ask.js'

const WHO = `query Personas { viewer { account roles } service { demoAccounts { account story } } }`
const SIGN_IN = `mutation ActAs($input: SignInInput!) {
  signIn(input: $input) { ... on SignedIn { viewer { account roles } } ... on Problem { message } }
}`
const SIGN_OUT = `mutation ActAsNobody { signOut { account } }`

/** Fills the form with those who can be tried out; where there are none, it only shows who is signed in.
 * @param {HTMLFormElement} form */
export async function showPersonas(form) {
  const { data } = await ask({ query: WHO })
  const accounts = data?.service?.demoAccounts ?? []
  const select = form.querySelector('select')
  select.append(...accounts.map(({ account, story }) => new Option(`${account} · ${story}`, account)))
  select.parentElement.hidden = false
  show(form, data?.viewer)
  select.addEventListener('change', () => (select.value ? actAs(form, select.value) : leave(form)))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    leave(form)
  })
}

/** @param {HTMLFormElement} form
 * @param {string} account */
async function actAs(form, account) {
  const { data, errors } = await ask({ query: SIGN_IN, variables: { input: { account, password: `demo-${account}` } } })
  const result = data?.signIn
  if (result?.viewer) show(form, result.viewer)
  else say(form, result?.message ?? errors?.[0]?.message ?? '')
}

/** @param {HTMLFormElement} form */
async function leave(form) {
  await ask({ query: SIGN_OUT })
  show(form, null)
}

/** @param {HTMLFormElement} form
 * @param {{ account: string, roles: string[] } | null | undefined} viewer */
function show(form, viewer) {
  form.querySelector('select').value = viewer?.account ?? ''
  form.querySelector('button').hidden = !viewer
  say(form, viewer ? `已登录 ${viewer.account} (${viewer.roles.join(', ')})` : '')
}

/** @param {HTMLFormElement} form
 * @param {string} text */
function say(form, text) {
  form.querySelector('output').textContent = text
}
