/** Forbids what the oldest supported browsers lack: syntax and functions by edition, interfaces by browser. */

import compat from 'eslint-plugin-compat'
import esX from 'eslint-plugin-es-x'

/** The oldest supported browsers; the reason is in docs/decisions. */
const OLDEST = ['chrome >= 87', 'edge >= 87', 'firefox >= 91', 'safari >= 14.1', 'ios_saf >= 14.5']

const edition = esX.configs['flat/restrict-to-es2021']
// Iterators got the methods of arrays in 2025, which the rule cannot distinguish by name; the client uses arrays.
const shared = Object.keys(edition.rules).filter((rule) => rule.startsWith('es-x/no-iterator-'))

export default [
  {
    ...edition,
    files: ['**/*.js'],
    rules: { ...edition.rules, ...Object.fromEntries(shared.map((rule) => [rule, 'off'])) },
  },
  {
    ...compat.configs['flat/recommended'],
    files: ['**/*.js'],
  },
  {
    files: ['**/*.js'],
    settings: {
      // Methods are matched by name: any `.at(` is taken for Array.prototype.at.
      'es-x': { aggressive: true },
      targets: OLDEST,
      // The client tests for it before use.
      polyfills: ['BroadcastChannel'],
    },
    // A one-line body needs no braces; a body that the formatter wraps does.
    rules: { curly: ['error', 'multi-line'] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
]
