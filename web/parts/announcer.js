/** Announces a sentence to screen readers without moving the focus. */

/** @param {string} sentence */
export function announce(sentence) {
  const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'))
  announcer.textContent = ''
  requestAnimationFrame(() => {
    announcer.textContent = sentence
  })
}
