/** The receipt as a picture, for the album of a phone; the browser draws it, and it is sent nowhere. */

import { say } from '../language.js'
import { words } from '../texts/parts.js'
import { element } from './element.js'
import { icon } from './icon.js'

/** What the picture shows, from top to bottom.
 * @typedef {{ caption: string, title: string, number: string, lines: { label: string, value: string }[],
 *   code: { size: number, path: string }, digest: string, hint: string }} Shown */

const [WIDTH, EDGE, LABEL] = [750, 48, 220]
const [INK, QUIET, LINE, PAPER] = ['#1c2526', '#4d5a5c', '#d5dcdd', '#ffffff']
const FONT = 'system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
const CODE = 240

/** @param {Shown} shown @param {string} name  of the file */
export function pictureButton(shown, name) {
  return element(
    'button',
    { type: 'button', class: 'button button-quiet no-print', click: () => save(shown, name) },
    icon('save'),
    say(words.savePicture),
  )
}

/** @param {Shown} shown @param {string} name */
function save(shown, name) {
  picture(shown).toBlob((blob) => {
    if (blob === null) return
    const address = URL.createObjectURL(blob)
    element('a', { href: address, download: `${name}.png` }).click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  })
}

/** Drawn twice: the first time tells the height.
 * @param {Shown} shown */
function picture(shown) {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  const height = draw(canvas, shown)
  canvas.height = height
  draw(canvas, shown)
  return canvas
}

/** Returns the height that is needed.
 * @param {HTMLCanvasElement} canvas @param {Shown} shown */
function draw(canvas, { caption, title, number, lines, code, digest, hint }) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  pen.fillStyle = PAPER
  pen.fillRect(0, 0, canvas.width, canvas.height)
  let y = EDGE
  text(caption, { size: 22, colour: QUIET })
  text(title, { size: 36, weight: 700 })
  text(number, { size: 28, weight: 650 })
  for (const { label, value } of lines) {
    rule()
    const top = y
    text(label, { size: 24, colour: QUIET, width: LABEL - 20 })
    const below = y
    y = top
    text(value, { size: 24, x: EDGE + LABEL })
    y = Math.max(y, below)
  }
  rule()
  const scale = CODE / code.size
  pen.save()
  pen.translate(EDGE, y)
  pen.scale(scale, scale)
  pen.fillStyle = '#000000'
  pen.fill(new Path2D(code.path))
  pen.restore()
  const top = y
  text(hint, { size: 20, colour: QUIET, x: EDGE + CODE + 28 })
  text(digest, { size: 18, colour: QUIET, x: EDGE + CODE + 28 })
  return Math.max(y, top + CODE) + EDGE

  /** @param {string} words @param {{ size: number, weight?: number, colour?: string, x?: number, width?: number }} look */
  function text(words, { size, weight = 400, colour = INK, x = EDGE, width = WIDTH - EDGE - x }) {
    pen.font = `${weight} ${size}px ${FONT}`
    pen.fillStyle = colour
    pen.textBaseline = 'top'
    for (const line of broken(words, (part) => pen.measureText(part).width <= width)) {
      pen.fillText(line, x, y)
      y += size * 1.5
    }
  }

  function rule() {
    y += 10
    pen.fillStyle = LINE
    pen.fillRect(EDGE, y, WIDTH - 2 * EDGE, 2)
    y += 16
  }
}

/** Lines that fit; Chinese breaks between any two signs, Latin words and numbers stay whole where they can.
 * @param {string} words @param {(part: string) => boolean} fits */
function broken(words, fits) {
  /** @type {string[]} */
  const lines = []
  let line = ''
  for (const part of words.match(/[\u0021-\u024f]+\s*|\s+|[^\u0021-\u024f\s]/g) ?? []) {
    if (line && !fits(line + part.trimEnd())) {
      lines.push(line)
      line = ''
    }
    line += part
  }
  return line ? [...lines, line] : lines
}
