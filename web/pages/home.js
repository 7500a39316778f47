/** The home page: the services, and for a signed-in person the status. */

import { ask, moduleOf } from '../hall.js'
import { say } from '../language.js'
import { withAside } from '../parts/aside.js'
import { element } from '../parts/element.js'
import { heading, linkButton } from '../parts/heading.js'
import { rows } from '../parts/rows.js'
import { cards, serviceCard } from '../parts/service-card.js'
import { enrolAddress } from '../scheme.js'
import { words } from '../texts/home.js'

/** The home page; the parts for signed-in persons are loaded only for them. */
export async function show() {
  const { viewer, declarationWindow, schemes } = await ask('home', {})
  if (viewer === null) return screen(welcome(schemes ?? []))
  const { citizenHome, staffHome } = await moduleOf(import('../parts/own-home.js'))
  if (viewer.person === null) return screen(staffHome(viewer, declarationWindow))
  const { answers } = await moduleOf(import('../registration.js'))
  return screen(citizenHome(viewer.person, declarationWindow, (scheme) => Boolean(answers(scheme).noticeVersion)))
}

/** @param {import('../parts/element.js').Child[]} content */
function screen(content) {
  return { title: say(words.title), content }
}

/** @param {{ name: string, title: string }[]} schemes */
function welcome(schemes) {
  return [
    element(
      'div',
      { class: 'hero' },
      heading(say(words.welcome)),
      element('p', { class: 'lead hero-text' }, say(words.welcomeText)),
      element(
        'div',
        { class: 'buttons' },
        linkButton('#/sign-in', say(words.signIn), 'button button-lamp'),
        linkButton('#/check', say(words.canI), 'button button-ghost'),
      ),
    ),
    element('h2', {}, say(words.online)),
    cards(
      ...schemes.map(({ name, title }) =>
        serviceCard({ address: enrolAddress(name), title, text: say(words.enrolText), picture: 'sheet' }),
      ),
      serviceCard({ address: '#/record', title: say(words.record), text: say(words.recordText), picture: 'person' }),
    ),
    withAside(
      [
        element('h2', {}, say(words.situations)),
        rows(
          { address: '#/check', title: say(words.employerStopped), value: say(words.employerStoppedText) },
          { address: '#/check', title: say(words.firstTime), value: say(words.firstTimeText) },
          { address: '#/calendar', title: say(words.whenToPay), value: say(words.calendarText) },
          { address: '#/contributions', title: say(words.contributions), value: say(words.contributionsText) },
          { address: '#/retirement', title: say(words.retirement), value: say(words.retirementText) },
          { address: '#/verify', title: say(words.findReceipt), value: say(words.verifyText) },
          { address: '#/rules', title: say(words.rules), value: say(words.rulesText) },
        ),
      ],
      [],
    ),
  ]
}
