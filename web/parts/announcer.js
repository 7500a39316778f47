/** Says a sentence to screen readers, without moving anything. */

/** @param {string} sentence */
export function announce(sentence) {
  const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'))
  announcer.textContent = ''
  requestAnimationFrame(() => {
    announcer.textContent = sentence
  })
}
