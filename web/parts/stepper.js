/** The steps of enrolling by name, with the one that is shown. */

import { say } from '../language.js'
import { words } from '../texts/enrol.js'
import { element } from './element.js'

const STEPS = [words.stepNotice, words.stepDistrict, words.stepDetails, words.stepCheck]

/** @param {1 | 2 | 3 | 4} step */
export function stepper(step) {
  return element(
    'ol',
    { class: 'stepper', 'aria-label': say(words.step, { step }) },
    STEPS.map((name, index) =>
      element(
        'li',
        { class: index + 1 < step ? 'step-done' : null, 'aria-current': index + 1 === step ? 'step' : null },
        say(name),
      ),
    ),
  )
}
