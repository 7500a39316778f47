/** How we decide: each rule, its clause, and its parameters through time. Needs no sign-in. */

import { isoDate } from '../dates.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { day, say } from '../language.js'
import { element } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { unfolding } from '../parts/panel.js'
import { scrollingTable } from '../parts/table.js'
import { clauseQuoted } from '../parts/verdict.js'
import { go } from '../place.js'
import { schemeNamed, slugOf } from '../scheme.js'
import { parameters as names } from '../texts/parameters.js'
import { words } from '../texts/rules.js'
import { words as verdict } from '../texts/verdict.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['rules']['rules']>[number]} Rule */

/** @type {Record<Rule['examples'][number]['outcome'], import('../language.js').Text>} */
const outcomes = { PASS: verdict.pass, FAIL: verdict.fail, UNKNOWN: verdict.unknown }

/** The rules of today, or of the day in the address, of the first scheme or that of the address:
 * `#/rules?scheme=flexible-employment&on=2026-01-01`.
 * @param {import('../place.js').Place} place */
export async function show({ query }) {
  const asked = query.get('on') ?? ''
  const on = isoDate(asked)
  const slug = query.get('scheme')
  const { rules, schemes } = await ask('rules', slug ? { scheme: schemeNamed(slug), on } : { on })
  const all = schemes ?? []
  const chosen = all.find(({ name }) => slugOf(name) === slug) ?? all[0]
  const title = say(words.title)
  return {
    title,
    content: [
      heading(title, chosen && say(words.version, { version: chosen.rulesVersion })),
      lead(say(words.lead)),
      choice(all, chosen?.name),
      ...question(asked, slug),
      on && element('p', {}, say(words.asOf, { day: day(on) })),
      rules === null
        ? element('p', {}, say(words.missing))
        : [contents(rules), element('ol', { class: 'rules' }, rules.map(rule))],
    ],
  }
}

/** The schemes whose rules can be read.
 * @param {{ name: string, title: string }[]} schemes @param {string | undefined} chosen */
function choice(schemes, chosen) {
  return element(
    'nav',
    { class: 'tabs', 'aria-label': say(words.scheme) },
    element(
      'ul',
      {},
      schemes.map(({ name, title }) =>
        element(
          'li',
          {},
          element(
            'a',
            { href: `#/rules?scheme=${slugOf(name)}`, 'aria-current': name === chosen ? 'page' : null },
            title,
          ),
        ),
      ),
    ),
  )
}

/** @param {string} value @param {string | null} slug */
function question(value, slug) {
  const on = textField({
    name: 'on',
    label: say(words.on),
    hint: say(words.onHint),
    value,
    width: 'control-short figures',
    optional: true,
  })
  const asked = form({
    fields: [on],
    button: say(words.show),
    look: 'button button-quiet',
    async send({ on: typed = '' }) {
      const wanted = isoDate(typed) ?? ''
      if (wanted === '' && typed.trim() !== '') return [{ field: 'on', message: say(words.dateWrong) }]
      const query = new URLSearchParams({ ...(slug && { scheme: slug }), ...(wanted && { on: wanted }) })
      go(String(query) === '' ? '#/rules' : `#/rules?${query}`)
      return []
    },
  })
  return [asked.summary, asked.node]
}

/** The conditions by name, each leading to its place on the page.
 * @param {Rule[]} rules */
function contents(rules) {
  return element(
    'nav',
    { 'aria-label': say(words.contents) },
    element(
      'ol',
      { class: 'list' },
      rules.map(({ code, title }) =>
        element('li', {}, element('button', { type: 'button', class: 'as-link', click: () => toRule(code) }, title)),
      ),
    ),
  )
}

/** Goes to a condition; the URL is unchanged, because it is the route of the page.
 * @param {string} code */
function toRule(code) {
  const title = document.getElementById(`rule-${code}`)
  title?.scrollIntoView()
  title?.focus({ preventScroll: true })
}

/** @param {Rule} rule */
function rule({ code, title, clause, legalBasis, history, examples }) {
  return element(
    'li',
    { class: 'rule' },
    element('h2', { id: `rule-${code}`, tabindex: -1 }, title, element('code', { class: 'rule-code' }, code)),
    clauseQuoted(clause),
    element('p', {}, element('b', {}, say(words.legalBasis)), ' ', element('span', { lang: 'zh-CN' }, legalBasis)),
    history.length > 0 && unfolding(say(words.parameters), table(history, title)),
    examples.length > 0 &&
      unfolding(
        say(words.examples, { count: examples.length }),
        element('ul', { class: 'examples', lang: 'zh-CN' }, examples.map(example)),
      ),
  )
}

/** @param {Rule['examples'][number]} example */
function example({ situation, on, outcome }) {
  return element('li', {}, `${situation} `, element('span', { class: 'hint' }, `${on} ${say(outcomes[outcome])}`))
}

/** Every figure through time; what holds no longer is set back.
 * @param {Rule['history']} history @param {string} title */
function table(history, title) {
  return scrollingTable(
    `${title} ${say(words.parameters)}`,
    [words.key, words.value, words.from, words.until, words.legalBasis].map((word) => say(word)),
    history.map(({ key, meaning, from, until, legalBasis }) =>
      element(
        'tr',
        { class: until === null ? null : 'past' },
        element('th', { scope: 'row' }, nameOf(key)),
        element('td', {}, meaning),
        element('td', { class: 'figures' }, from),
        element('td', { class: 'figures' }, until ?? say(words.openEnd)),
        element('td', { class: 'basis', lang: 'zh-CN' }, legalBasis),
      ),
    ),
  )
}

/** @param {string} key */
function nameOf(key) {
  return key in names ? say(names[/** @type {keyof typeof names} */ (key)]) : key
}
