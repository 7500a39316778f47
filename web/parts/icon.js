/** Decorative icons next to texts, hidden from screen readers. */

import { svg } from './element.js'

const SHAPES = {
  tick: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M7 7l10 10M17 7L7 17',
  question: 'M9 9.2a3 3 0 1 1 4.3 2.7c-.9.4-1.3 1-1.3 2.1M12 17.4v.1',
  arrow: 'M5 12h13M13 6.5L18.500 12 13 17.5',
  forward: 'M9 5.500L15.500 12 9 18.500',
  back: 'M19 12H6M11 6.500L5.500 12l5.500 5.500',
  eye: 'M2.500 12s3.500-6 9.500-6 9.500 6 9.500 6-3.500 6-9.500 6-9.500-6-9.500-6zM12 14.600a2.600 2.600 0 1 0 0-5.200 2.600 2.600 0 0 0 0 5.200z',
  print: 'M7 9V4h10v5M7 17H4v-6.500A1.500 1.500 0 0 1 5.500 9h13a1.500 1.500 0 0 1 1.500 1.500V17h-3M7 14h10v6H7z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.8-4 3.800-6 7.500-6s6.700 2 7.500 6',
  sheet: 'M6 3.500h8.500L18.500 7.500V20.500H6zM9 9h6M9 12.500h6M9 16h4',
  calendar: 'M4 6h16v14H4zM4 10.500h16M8.500 3.500V8M15.500 3.500V8',
  clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3.200 2',
  coin: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM8.500 7.500L12 12l3.500-4.500M12 12v5M9 12.500h6M9 15h6',
  scales: 'M12 4v16M7 20h10M5 8h14M5 8l-2.500 6h5zM19 8l-2.500 6h5z',
  seal: 'M5 20.500h14M7 17.500h10v-2.500c-3 0-3-2-2.600-4.500.2-1.400 1.100-2 1.100-3.500a3.500 3.500 0 0 0-7 0c0 1.500.9 2.100 1.100 3.500C10 13 10 15 7 15z',
  home: 'M4 11.500L12 4.500l8 7M6 10v10h12V10M10 20v-5.500h4V20',
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20.500 20.500',
}

/** An icon of 1.5 em.
 * @param {keyof typeof SHAPES} name
 * @param {string} [extra] */
export function icon(name, extra = '') {
  return svg(
    'svg',
    { class: `icon ${extra}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: SHAPES[name] }),
  )
}
