/** The next steps. */

import { day, say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'
import { icon } from './icon.js'

/** @typedef {{ title: string, detail: string, due?: string | null, url?: string | null, phone?: string | null }} Step */

/** A list of steps; a step with a URL is a link.
 * @param {Step[]} steps */
export function nextSteps(steps) {
  return element(
    'ul',
    { class: 'steps' },
    steps.map((each) => step(each)),
  )
}

/** Ways to do the same thing, each with the sign of a website or an app.
 * @param {Step[]} ways */
export function channels(ways) {
  return element(
    'ul',
    { class: 'steps' },
    ways.map((each) => step(each, icon(each.url ? 'globe' : 'mobile'))),
  )
}

/** @param {Step} step @param {Element | null} [sign] */
function step({ title, detail, due, url, phone }, sign = null) {
  return element(
    'li',
    { class: 'step' },
    element('h3', {}, sign, title, due && element('span', { class: 'due' }, say(words.due, { day: day(due) }))),
    element('p', {}, detail),
    phone && element('p', {}, element('a', { href: `tel:${phone}` }, icon('phone'), say(words.call, { phone }))),
    url &&
      element(
        'p',
        {},
        element(
          'a',
          { href: url, rel: 'noreferrer' },
          icon('arrow'),
          say(words.openLink),
          element('span', { class: 'unseen' }, ` ${title}`),
        ),
        element('span', { class: 'hint host' }, new URL(url).hostname),
      ),
  )
}
