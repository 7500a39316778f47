/** Verification of receipts. Public; it discloses nothing but the result. */

import { form } from '../form.js'
import { ask } from '../hall.js'
import { say } from '../language.js'
import { element, fill } from '../parts/element.js'
import { textField } from '../parts/field.js'
import { heading, lead } from '../parts/heading.js'
import { panel } from '../parts/panel.js'
import { words } from '../texts/receipt.js'

/** The form, prefilled if the URL has a receipt's number and digest.
 * @param {import('../place.js').Place} place */
export async function show({ query }) {
  const answer = element('div', { 'aria-live': 'polite' })
  const number = textField({
    name: 'number',
    label: say(words.number),
    hint: say(words.numberHint),
    value: query.get('number') ?? '',
    width: 'control-middle figures',
  })
  const digest = textField({
    name: 'digest',
    label: say(words.digest),
    hint: say(words.digestHint),
    value: query.get('digest') ?? '',
    lines: 3,
    width: 'digest',
  })
  const asked = form({ fields: [number, digest], button: say(words.verify), send: verified })
  if (query.has('number') && query.has('digest')) await verified({ number: number.value(), digest: digest.value() })
  return {
    title: say(words.verifyTitle),
    content: [asked.summary, heading(say(words.verifyTitle)), lead(say(words.verifyLead)), answer, asked.node],
  }

  /** @param {Record<string, string>} values */
  async function verified({ number: given = '', digest: printed = '' }) {
    fill(answer)
    const missing = [
      given.trim() === '' && { field: 'number', message: say(words.numberMissing) },
      printed.trim() === '' && { field: 'digest', message: say(words.digestMissing) },
    ].filter((wrong) => wrong !== false)
    if (missing.length > 0) return missing
    const { receiptCheck } = await ask('verify', { number: given.trim(), digest: printed.replace(/\s/g, '') })
    fill(answer, judged(receiptCheck))
    return []
  }
}

/** The result of a verification.
 * @param {import('../documents/answers.js').Answers['verify']['receiptCheck']} found */
function judged(found) {
  if (found === 'STANDS') return panel('good', say(words.genuine), element('p', {}, say(words.genuineText)))
  if (found === 'ENDED') return panel('wait', say(words.ended), element('p', {}, say(words.endedText)))
  return panel('stop', say(words.notGenuine), element('p', {}, say(words.notGenuineText)))
}
