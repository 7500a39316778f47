/** The home page: the services, and for a signed-in person the status. */

import { ask, moduleOf } from '../hall.js'
import { say } from '../language.js'
import { element } from '../parts/element.js'
import { heading, lead, linkButton } from '../parts/heading.js'
import { cards, serviceCard } from '../parts/service-card.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'

/** The home page; the parts for signed-in persons are loaded only for them. */
export async function show() {
  const { viewer, declarationWindow, schemes } = await ask('home', {})
  if (viewer === null) return screen(welcome(schemes ?? []))
  const { citizenHome, staffHome } = await moduleOf(import('../parts/own-home.js'))
  return screen(viewer.person === null ? staffHome(viewer, declarationWindow) : citizenHome(viewer.person))
}

/** @param {import('../parts/element.js').Child[]} own */
function screen(own) {
  return { title: say(words.title), content: [...own, everybody()] }
}

/** @param {{ name: string, title: string }[]} schemes */
function welcome(schemes) {
  return [
    element(
      'div',
      { class: 'hero' },
      heading(say(words.welcome)),
      lead(say(words.welcomeText)),
      linkButton('#/sign-in', say(words.signIn), 'button button-start'),
    ),
    element(
      'section',
      { class: 'extra' },
      element('h2', {}, say(words.online)),
      cards(
        ...schemes.map(({ name, title }) =>
          serviceCard({ address: enrolAddress(name), title, text: say(words.enrolText), picture: 'sheet' }),
        ),
        serviceCard({ address: '#/record', title: say(words.record), text: say(words.recordText), picture: 'person' }),
      ),
    ),
  ]
}

function everybody() {
  return element(
    'section',
    {},
    element('h2', {}, say(words.everybody)),
    cards(
      serviceCard({
        address: '#/contributions',
        title: say(words.contributions),
        text: say(words.contributionsText),
        picture: 'coin',
      }),
      serviceCard({
        address: '#/calendar',
        title: say(words.calendar),
        text: say(words.calendarText),
        picture: 'calendar',
      }),
      serviceCard({
        address: '#/retirement',
        title: say(words.retirement),
        text: say(words.retirementText),
        picture: 'clock',
      }),
      serviceCard({ address: '#/verify', title: say(words.verify), text: say(words.verifyText), picture: 'seal' }),
      serviceCard({ address: '#/rules', title: say(words.rules), text: say(words.rulesText), picture: 'scales' }),
    ),
  )
}
