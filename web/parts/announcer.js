/** Announces a sentence to screen readers without moving the focus. */

let said = ''

/** @param {string} sentence */
export function announce(sentence) {
  const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'))
  said = sentence
  announcer.textContent = ''
  requestAnimationFrame(() => {
    announcer.textContent = said
  })
}

/** Takes a sentence back that is no longer true, unless another was announced since.
 * @param {string} sentence */
export function takeBack(sentence) {
  if (said === sentence) announce('')
}
