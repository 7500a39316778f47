/** Displayed for an unknown URL: every service of the Hall, searched by its title and by what people call it. */

import { say } from '../language.js'
import { announce } from '../parts/announcer.js'
import { telephone } from '../parts/aside.js'
import { element } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { words } from '../texts/not-found.js'
import { words as shell } from '../texts/shell.js'

/** @typedef {import('../app.js').Screen} Screen */

/** @type {[string, import('../language.js').Text, import('../language.js').Text][]} */
const SERVICES = [
  ['#/enrol', shell.enrol, words.terms.enrol],
  ['#/check', words.mayI, words.terms.mayI],
  ['#/record', shell.record, words.terms.record],
  ['#/access', shell.access, words.terms.access],
  ['#/calendar', shell.calendar, words.terms.calendar],
  ['#/contributions', shell.contributions, words.terms.contributions],
  ['#/retirement', shell.retirement, words.terms.retirement],
  ['#/verify', shell.verify, words.terms.verify],
  ['#/rules', shell.rules, words.terms.rules],
  ['#/sessions', shell.sessions, words.terms.sessions],
  ['#/sign-in', shell.signIn, words.terms.signIn],
  ['#/privacy', shell.privacy, words.terms.privacy],
  ['#/accessibility', shell.accessibility, words.terms.accessibility],
]

/** @returns {Screen} */
export function show() {
  const title = say(words.title)
  const search = textField({ name: 'search', label: say(words.search), type: 'search' })
  const links = SERVICES.map(([address, name, terms]) => ({
    node: element('li', {}, element('a', { href: address }, say(name))),
    text: folded([name.zh, name.en, terms.zh, terms.en].join(' ')),
  }))
  const list = element(
    'ul',
    { class: 'list' },
    links.map(({ node }) => node),
  )
  const none = element(
    'div',
    { hidden: true },
    element('p', {}, say(words.none)),
    telephone('12333', say(shell.about12333)),
  )
  search.node.addEventListener('input', () => narrow(search.value()))
  return {
    title,
    content: [heading(title), lead(say(words.text)), search.node, list, none, linkButton('#/', say(words.toHome))],
  }

  /** @param {string} typed */
  function narrow(typed) {
    const wanted = typed.split(/\s+/).map(folded)
    for (const { node, text } of links) node.hidden = !wanted.every((word) => text.includes(word))
    const count = links.filter(({ node }) => !node.hidden).length
    none.hidden = count > 0
    announce(count === 0 ? say(words.none) : say(words.count, { count }))
  }
}

/** @param {string} text */
function folded(text) {
  return text.normalize('NFKC').toLowerCase()
}
