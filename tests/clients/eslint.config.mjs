// graphql-eslint's recommended rules for the schema and for the operations beside this file, and its rules for Relay.
import graphql from '@graphql-eslint/eslint-plugin'

const { configs, parser } = graphql
const plugins = { '@graphql-eslint': graphql }
const parserOptions = { graphQLConfig: { schema: './schema.graphql', documents: './journey.graphql' } }
const languageOptions = { parser, parserOptions }

export default [
  {
    files: ['schema.graphql'],
    languageOptions,
    plugins,
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      // Values, such as a code or the reason of a verdict, are part of the object that has them and have no identity of
      // their own; docs/api.md lists the keys of the other types.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Bounded lists, such as the conditions of a verdict, are plain lists, and an entry of the access log is not read
      // again by its id.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // Only for @oneOf, which the specification describes; older tools need its definition.
      '@graphql-eslint/require-description': [
        'error',
        {
          ...configs['flat/schema-recommended'].rules['@graphql-eslint/require-description'][1],
          DirectiveDefinition: false,
        },
      ],
    },
  },
  {
    files: ['journey.graphql'],
    languageOptions,
    plugins,
    rules: configs['flat/operations-recommended'].rules,
  },
]
