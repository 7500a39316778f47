/** The receipt of a registration, printable on one page and verifiable without a session. */

import { ask } from '../hall.js'
import { day, say, time } from '../language.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton, printButton } from '../parts/heading.js'
import { panel } from '../parts/panel.js'
import { qrCode } from '../parts/qr-code.js'
import { pictureButton } from '../parts/receipt-picture.js'
import { summaryList } from '../parts/summary-list.js'
import { present } from '../session.js'
import { words } from '../texts/receipt.js'
import { words as shell } from '../texts/shell.js'
import { channels, statuses } from '../texts/status.js'

/** The statuses of a registration that is no longer in force. */
const OVER = ['WITHDRAWN', 'TERMINATED']

/** The receipt of an enrolment.
 * @param {import('../place.js').Place} place */
export async function show({ parameters: { id = '' }, query }) {
  const { viewer, node } = await ask('receipt', { id })
  present(viewer)
  if (node === null || !('receipt' in node)) {
    return { title: say(words.notFound), content: [heading(say(words.notFound)), lead(say(words.notFoundText))] }
  }
  const { receipt, status } = node
  const title = say(words.title, { scheme: node.about.title })
  const isOver = OVER.includes(status)
  const state = say(words.statusSince, { status: say(statuses[status]), day: day(node.statusSince) })
  const due = isOver ? null : (node.nextSteps.find((step) => step.due)?.due ?? null)
  return {
    title,
    content: [
      query.has('withdrawn') && panel('good', say(words.withdrawn), say(words.withdrawnText)),
      element(
        'article',
        { class: 'sheet' },
        element(
          'header',
          { class: 'sheet-top' },
          element(
            'div',
            {},
            heading(title, say(shell.name)),
            element('p', {}, `${say(words.number)} `, element('strong', { class: 'figures' }, receipt.number)),
          ),
          element('p', { class: `tag tag-${isOver ? 'no' : 'good'} sheet-status` }, say(statuses[status])),
        ),
        summaryList(receipt.lines),
        summaryList(
          [
            { label: say(words.issuedAt), value: time(receipt.issuedAt) },
            {
              label: say(words.status),
              value: state,
            },
            ...(due ? [{ label: say(words.payBy), value: day(due) }] : []),
            { label: say(words.channel), value: say(channels[node.channel]) },
            { label: say(words.noticeVersion), value: node.noticeVersion },
            { label: say(words.rulesVersion), value: node.eligibilityAtRegistration.rulesVersion },
            { label: say(words.digest), value: element('span', { class: 'digest' }, inGroups(receipt.digest)) },
          ],
          'facts-small',
        ),
        element(
          'footer',
          { class: 'sheet-check' },
          qrCode(receipt.verificationCode, say(words.code)),
          element('p', { class: 'hint' }, say(words.verifyText)),
        ),
      ),
      element(
        'div',
        { class: 'buttons no-print' },
        printButton(),
        pictureButton(
          {
            caption: say(shell.name),
            title,
            number: `${say(words.number)} ${receipt.number}`,
            lines: [
              ...receipt.lines,
              { label: say(words.issuedAt), value: time(receipt.issuedAt) },
              { label: say(words.status), value: state },
            ],
            code: receipt.verificationCode,
            digest: `${say(words.digest)} ${inGroups(receipt.digest)}`,
            hint: say(words.verifyText),
          },
          receipt.number,
        ),
        linkButton(
          `#/verify?number=${encodeURIComponent(receipt.number)}&digest=${receipt.digest}`,
          say(words.verifyNow),
          'button button-quiet',
        ),
        !isOver && linkButton(`#/enrol/done/${node.id}`, say(words.seeNext), 'button button-quiet'),
        status === 'REGISTERED' && linkButton(`#/withdraw/${node.id}`, say(words.withdraw), 'button button-quiet'),
      ),
    ],
  }
}

/** A long code in groups of characters.
 * @param {string} code */
function inGroups(code) {
  return (code.match(/.{1,8}/g) ?? []).join(' ')
}
