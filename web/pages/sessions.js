/** 登录设备: the sessions of the account, and buttons to end them. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { labelled, say, time } from '../language.js'
import { element } from '../parts/element.js'
import { heading, lead } from '../parts/heading.js'
import { again } from '../place.js'
import { present } from '../session.js'
import { words } from '../texts/sessions.js'

/** @typedef {NonNullable<import('../documents/answers.js').Answers['sessions']['viewer']>['sessions'][number]} Session */

/** The sessions, most recently used first. */
export async function show() {
  const title = say(words.title)
  const { sessions } = present((await ask('sessions', {})).viewer)
  const others = sessions.filter(({ current }) => !current).map(({ id }) => id)
  return {
    title,
    content: [
      heading(title),
      lead(say(words.lead)),
      others.length > 1 &&
        form({ fields: [], button: say(words.endOthers), look: 'button button-quiet', send: () => endAll(others) })
          .node,
      element('ol', { class: 'time-line' }, sessions.map(place)),
    ],
  }
}

/** @param {Session} session */
function place({ id, kind, device, network, startedAt, lastUsedAt, expiresAt, current }) {
  const name = kind === 'PROGRAM' ? say(words.program) : (device ?? say(words.unknown))
  return element(
    'li',
    { class: 'look' },
    element(
      'p',
      {},
      element('strong', {}, name),
      current && element('span', { class: 'hint' }, ` ${say(words.current)}`),
    ),
    network && element('p', { class: 'figures' }, labelled(say(words.network), network)),
    element('p', { class: 'figures' }, labelled(say(words.started), time(startedAt))),
    element('p', { class: 'figures' }, labelled(say(words.used), time(lastUsedAt))),
    element('p', { class: 'figures' }, labelled(say(words.expires), time(expiresAt))),
    !current && form({ fields: [], button: say(words.end), look: 'button button-quiet', send: () => end(id) }).node,
  )
}

/** Ends one after the other; one that another window has just ended is no failure.
 * @param {string[]} ids */
async function endAll(ids) {
  for (const id of ids) await ask('sessions-end', { input: { sessionId: id } })
  again()
}

/** @param {string} id */
async function end(id) {
  const { endSession: result } = await ask('sessions-end', { input: { sessionId: id } })
  if (result?.__typename === 'AccessProblem') return [{ message: result.message }]
  again()
  return []
}
