/** 谁查看过我的信息: the person's access log as a timeline. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { labelled, listed, say, time } from '../language.js'
import { element } from '../parts/element.js'
import { selectField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { present } from '../session.js'
import { words } from '../texts/access.js'
import { labels } from '../texts/record.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['access']['viewer']>['person']>['accessLog']} Log */

const PAGE = 20

/** The newest entries, and a button for earlier ones. */
export async function show() {
  const title = say(words.title)
  const log = await page(null)
  if (log === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  if (log.nodes.length === 0) {
    return { title, content: [heading(title), lead(say(words.lead)), element('p', {}, say(words.none))] }
  }
  const line = element('ol', { class: 'time-line' }, acts(log.nodes).map(look))
  const who = selectField({
    name: 'who',
    label: say(words.who),
    options: [
      { value: 'staff', label: say(words.staff) },
      { value: 'self', label: say(words.self) },
    ],
    none: say(words.everyone),
  })
  who.node.addEventListener('change', () => {
    line.dataset.who = who.value()
  })
  return {
    title,
    content: [
      heading(title),
      lead(say(words.lead)),
      who.node,
      line,
      log.pageInfo.hasNextPage && earlier(line, log.pageInfo.endCursor),
      element('p', { class: 'hint' }, say(words.lists)),
      element('p', { class: 'hint' }, say(words.complaint)),
    ],
  }
}

/** @param {string | null} after */
async function page(after) {
  const { person } = present((await ask('access', { first: PAGE, after })).viewer)
  return person?.accessLog ?? null
}

/** @param {HTMLElement} line @param {string | null} cursor */
function earlier(line, cursor) {
  let after = cursor
  const { node } = form({ fields: [], button: say(words.more), look: 'button button-quiet', send: more })
  return node

  async function more() {
    const log = await page(after)
    if (log === null) return
    const added = acts(log.nodes).map(look)
    line.append(...added)
    added[0]?.focus()
    after = log.pageInfo.endCursor
    if (!log.pageInfo.hasNextPage) node.remove()
  }
}

/** One entry for what was done at once: opening a record and showing it in full are logged apart.
 * @param {Log['nodes']} entries */
function acts(entries) {
  /** @type {Log['nodes']} */
  const merged = []
  for (const entry of entries) {
    const last = merged[merged.length - 1]
    if (last && doneBy(last) === doneBy(entry)) {
      const fields = [...new Set([...last.fields, ...entry.fields])]
      merged[merged.length - 1] = { ...last, fields, inFull: last.inFull || entry.inFull }
    } else merged.push(entry)
  }
  return merged
}

/** Equal for entries of one act.
 * @param {Log['nodes'][number]} entry */
function doneBy({ at, actor, purpose }) {
  return JSON.stringify([at, actor, purpose])
}

/** @param {Log['nodes'][number]} entry */
function look({ at, actor, organisation, purpose, fields, inFull }) {
  const isOwn = organisation === words.self.zh
  return element(
    'li',
    { class: `look look-${isOwn ? 'self' : 'staff'}`, tabindex: -1 },
    element('p', { class: 'look-time figures' }, element('time', { datetime: at }, time(at))),
    element(
      'p',
      {},
      element('strong', {}, organisation),
      element('span', { class: 'hint' }, ` ${say(words.by, { actor })}`),
    ),
    element('p', {}, labelled(say(words.purpose), purpose || say(words.notStated))),
    fields.length > 0 && element('p', {}, labelled(say(words.fields), listed([...new Set(fields.map(labelOf))]))),
    (inFull || !isOwn) && element('p', { class: 'hint' }, say(inFull ? words.inFull : words.masked)),
  )
}

/** The printed label of a field, given its schema name from the log.
 * @param {string} field */
function labelOf(field) {
  const name = field.slice(field.lastIndexOf('.') + 1)
  return name in labels ? say(labels[/** @type {keyof typeof labels} */ (name)]) : field
}
