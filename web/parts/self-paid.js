/** Texts on self-paid insurance without an enrolment in the Hall. */

import { day, listed, say } from '../language.js'
import { words } from '../texts/insurance.js'

/** A line with the district and the start date.
 * @param {{ district: { name: string } | null, since: string | null }} own */
export function insuredElsewhere({ district, since }) {
  return listed([
    say(words.insuredElsewhere),
    ...(district ? [district.name] : []),
    ...(since ? [say(words.since, { day: day(since) })] : []),
  ])
}
