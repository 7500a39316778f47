/** The confirmation with the receipt number and the next steps. */

import { ask } from '../hall.js'
import { say } from '../language.js'
import { costLine } from '../parts/cost-line.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
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
  return {
    title: say(words.doneTitle),
    content: [
      element(
        'div',
        { class: 'confirmation' },
        icon('tick', 'confirmation-sign'),
        heading(say(words.doneTitle)),
        element('p', {}, node.about.title),
        element('p', {}, say(words.number)),
        element('p', { class: 'number figures' }, node.receipt.number),
        element('p', {}, say(words.doneDistrict, { district: node.district.name })),
      ),
      element('h2', {}, say(words.nextTitle)),
      nextSteps(node.nextSteps),
      costLine(node.about),
      element('p', {}, linkButton(`#/receipt/${node.id}`, say(words.seeReceipt))),
    ],
  }
}
