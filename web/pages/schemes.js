/** The schemes that can be joined, each with where the person stands. */

import { ask } from '../hall.js'
import { say } from '../language.js'
import { element } from '../parts/element.js'
import { heading, lead } from '../parts/heading.js'
import { schemeCard } from '../parts/scheme-card.js'
import { cards } from '../parts/service-card.js'
import { present } from '../session.js'
import { words } from '../texts/enrol.js'

/** All schemes of the Hall. */
export async function show() {
  const { person } = present((await ask('schemes', {})).viewer)
  const title = say(words.title)
  if (person === null) return { title, content: [heading(title), lead(say(words.noPerson))] }
  return {
    title,
    content: [heading(title), element('h2', {}, say(words.choose)), cards(...person.schemes.map(schemeCard))],
  }
}
