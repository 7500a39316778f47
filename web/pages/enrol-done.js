/** The confirmation: the receipt number, and the one thing to do next. */

import { ask } from '../hall.js'
import { day, say } from '../language.js'
import { calendarButton } from '../parts/calendar-file.js'
import { costLine } from '../parts/cost-line.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton, printButton } from '../parts/heading.js'
import { icon } from '../parts/icon.js'
import { nextSteps } from '../parts/next-steps.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** The confirmation of an enrolment.
 * @param {import('../place.js').Place} place */
export async function show({ parameters: { id = '' } }) {
  const { viewer, node } = await ask('enrol-done', { id })
  present(viewer)
  if (node === null || !('receipt' in node)) {
    return { title: say(words.notFound), content: [heading(say(words.notFound)), lead(say(words.notFoundText))] }
  }
  const [first, ...others] = node.nextSteps
  return {
    title: say(words.doneTitle),
    content: [
      element(
        'div',
        { class: 'confirmation' },
        icon('tick', 'confirmation-sign'),
        heading(say(words.doneTitle), node.about.title),
        element('p', {}, say(words.number), ' ', element('strong', { class: 'number figures' }, node.receipt.number)),
        element('p', {}, say(words.doneDistrict, { district: node.district.name })),
      ),
      first && task(first, node.about),
      others.length > 0 && [element('h2', {}, say(words.otherWays)), nextSteps(others)],
      element(
        'div',
        { class: 'buttons' },
        linkButton(`#/receipt/${node.id}`, say(words.seeReceipt), 'button button-quiet'),
        printButton(),
      ),
    ],
  }
}

/** What to do next, with its button and the day in the person's own calendar.
 * @param {import('../parts/next-steps.js').Step} step
 * @param {Parameters<typeof costLine>[0]} about */
function task(step, about) {
  const { title, detail, due, url, phone } = step
  return element(
    'section',
    { class: 'primary primary-wait' },
    element('p', { class: 'caption' }, say(words.nextTitle)),
    element('h2', {}, title),
    due && element('p', { class: 'due' }, say(words.payBy, { day: day(due) })),
    element('p', {}, detail),
    costLine(about),
    element(
      'div',
      { class: 'buttons' },
      url && element('a', { class: 'button', href: url, rel: 'noreferrer' }, say(words.goThere)),
      due && calendarButton([{ day: due, title, detail, url: url ?? null }]),
      phone && element('a', { class: 'button button-quiet', href: `tel:${phone}` }, say(words.call, { phone })),
    ),
  )
}
