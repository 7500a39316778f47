/** The pages on privacy and on accessibility: a heading, and sentences. */

import { say } from '../language.js'
import { element } from '../parts/element.js'
import { heading } from '../parts/heading.js'
import { privacy, accessibility } from '../texts/about.js'

const PAGES = { '/privacy': privacy, '/accessibility': accessibility }

/** The page of the path.
 * @param {import('../place.js').Place} place */
export async function show({ path }) {
  const { title, ...sentences } = PAGES[/** @type {keyof typeof PAGES} */ (path)]
  return {
    title: say(title),
    content: [heading(say(title)), Object.values(sentences).map((sentence) => element('p', {}, say(sentence)))],
  }
}
