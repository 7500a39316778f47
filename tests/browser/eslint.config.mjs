/** What the oldest browsers that the Hall serves do not know: syntax and functions by edition, interfaces by browser. */

import compat from 'eslint-plugin-compat'
import esX from 'eslint-plugin-es-x'

/** The oldest browsers: README says why these. */
const OLDEST = ['chrome >= 87', 'edge >= 87', 'firefox >= 91', 'safari >= 14.1', 'ios_saf >= 14.5']

const edition = esX.configs['flat/restrict-to-es2021']
// Iterators got the methods of arrays in 2025, and a name alone does not tell which is meant: the client has arrays.
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
      // Methods are told by their names: any `.at(` is taken for Array.prototype.at.
      'es-x': { aggressive: true },
      targets: OLDEST,
      // It is looked for before it is used.
      polyfills: ['BroadcastChannel'],
    },
    // One line needs no braces; what the formatter breaks over several does.
    rules: { curly: ['error', 'multi-line'] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
]
