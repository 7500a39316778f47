/** Withdrawal of an unpaid registration. */

import { keep, kept, forget } from '../draft.js'
import { form } from '../form.js'
import { ask } from '../hall.js'
import { say, time } from '../language.js'
import { element } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { backLink, heading, lead, linkButton } from '../parts/heading.js'
import { summaryList } from '../parts/summary-list.js'
import { goInstead } from '../place.js'
import { present, SignedOut } from '../session.js'
import { words } from '../texts/receipt.js'
import { statuses } from '../texts/status.js'

/** The enrolment, and the button that withdraws it.
 * @param {import('../place.js').Place} place */
export async function show({ parameters: { id = '' } }) {
  const { viewer, node } = await ask('withdraw', { id })
  present(viewer)
  const title = say(words.withdrawTitle)
  if (node === null || !('receipt' in node)) {
    return { title: say(words.notFound), content: [heading(say(words.notFound)), lead(say(words.notFoundText))] }
  }
  const back = backLink(`#/receipt/${id}`)
  if (node.status !== 'REGISTERED') {
    return {
      title,
      content: [
        back,
        heading(say(words.notWithdrawable)),
        lead(say(words.notWithdrawableText, { status: say(statuses[node.status]) })),
      ],
    }
  }
  const draft = `withdraw.${id}`
  const reason = textField({
    name: 'reason',
    label: say(words.reason),
    optional: true,
    value: kept(draft).reason,
    lines: 2,
  })
  const asked = form({
    fields: [reason],
    keptAs: draft,
    button: say(words.confirmWithdraw),
    look: 'button button-stop',
    send: (values) => withdraw(id, draft, values.reason ?? ''),
  })
  return {
    title,
    content: [
      back,
      asked.summary,
      heading(title, node.about.title),
      lead(say(words.withdrawLead)),
      summaryList([
        { label: say(words.number), value: element('span', { class: 'figures' }, node.receipt.number) },
        { label: say(words.district), value: node.district.name },
        { label: say(words.registeredAt), value: time(node.registeredAt) },
      ]),
      asked.node,
      linkButton(`#/receipt/${id}`, say(words.keepIt), 'button button-quiet'),
    ],
  }
}

/** @param {string} enrolmentId @param {string} draft @param {string} reason */
async function withdraw(enrolmentId, draft, reason) {
  const idempotencyKey = kept(draft).idempotencyKey || crypto.getRandomValues(new Uint32Array(4)).join('-')
  keep(draft, { idempotencyKey })
  const { withdraw: result } = await ask('withdraw-send', {
    input: { enrolmentId, idempotencyKey, reason: reason || null },
  })
  if (result === null) return []
  if (result.__typename === 'Withdrawn') {
    forget(draft)
    goInstead(`#/receipt/${result.enrolment.id}?withdrawn`)
    return []
  }
  if (result.code === 'NOT_SIGNED_IN') throw new SignedOut()
  if (result.__typename === 'IdempotencyConflict') keep(draft, { idempotencyKey: '' })
  if (result.__typename === 'InvalidInput') {
    return result.fields.map((field) => ({ field: field.path[field.path.length - 1], message: field.message }))
  }
  return [{ message: `${result.message} ${say(words.support, { reference: result.supportReference })}` }]
}
