/** A QR code, drawn from the path that the server computed, with a text alternative. */

import { svg } from './element.js'

/** @param {{ size: number, path: string }} code @param {string} label */
export function qrCode({ size, path }, label) {
  return svg(
    'svg',
    {
      class: 'qr-code',
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': label,
      'shape-rendering': 'crispEdges',
    },
    svg('rect', { class: 'qr-light', width: size, height: size }),
    svg('path', { class: 'qr-dark', d: path }),
  )
}
