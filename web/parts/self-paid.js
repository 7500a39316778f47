/** What is said of insurance that a person pays for themselves, where the Hall has no enrolment of it. */

import { day, listed, say } from '../language.js'
import { words } from '../texts/insurance.js'

/** In one line: that the person is insured, where, and since when.
 * @param {{ district: { name: string } | null, since: string | null }} own */
export function insuredElsewhere({ district, since }) {
  return listed([
    say(words.insuredElsewhere),
    ...(district ? [district.name] : []),
    ...(since ? [say(words.since, { day: day(since) })] : []),
  ])
}
