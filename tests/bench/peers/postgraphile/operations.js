// The two operations of the schema, planned over the views.

import { extendSchema, gql } from 'postgraphile/utils'
import { applyTransforms, connection, context, each, lambda, last, object, sideEffect } from 'postgraphile/grafast'
import { TYPES } from 'postgraphile/@dataplan/pg'
import { sql } from 'postgraphile/pg-sql2'
import { cursor, position } from '../cursors.js'

/** Returns the plugin; `recordPage` resolves once a page is in the access log. */
export const operations = recordPage =>
  extendSchema(({ pgResources }) => {
    const { viewer, staff, person, participation } = pgResources
    return {
      typeDefs: gql`
        extend type Query {
          viewer: Viewer
          people(first: Int = 20, after: String): PeoplePage
        }
        extend type Viewer {
          person: Person
        }
        extend type Person {
          id: ID!
          insurances: [Participation!]
        }
        type PeoplePage {
          nodes: [Person!]
          pageInfo: PeoplePageInfo
        }
        type PeoplePageInfo {
          hasNextPage: Boolean!
          endCursor: String
        }
      `,
      objects: {
        Query: {
          plans: {
            viewer: () => viewer.get({ token_digest: tokenDigest() }),
            people(_, { $first, $after }) {
              const $staff = staff.get({ token_digest: tokenDigest() })
              const $people = person.find()
              // Two statements are faster than people as an array within the row of the account.
              $people.setInliningForbidden()
              const districts = $people.placeholder($staff.get('districts'))
              const after = $people.placeholder(lambda($after, position), TYPES.bigint)
              $people.where(sql`${$people}.scope = ANY (${districts}) AND ${$people}.number > ${after}`)
              $people.orderBy({ attribute: 'number', direction: 'ASC' })
              $people.setOrderIsUnique()
              const $page = connection($people)
              $page.setFirst($first)
              const $entry = [$staff.get('name'), $staff.get('organisation'), numbersOn($page)]
              sideEffect($entry, ([name, organisation, numbers]) =>
                name == null ? null : recordPage(name, organisation, numbers.map(Number))
              )
              return $page
            }
          }
        },
        Viewer: { plans: { person: $viewer => person.get({ number: $viewer.get('person') }) } },
        Person: {
          plans: {
            id: $person => $person.get('public_id'),
            insurances($person) {
              const $periods = participation.find({ person: $person.get('number') })
              for (const attribute of ['started_on', 'number']) $periods.orderBy({ attribute, direction: 'ASC' })
              $periods.setOrderIsUnique()
              return $periods
            }
          }
        },
        PeoplePage: {
          plans: {
            nodes: $page => $page.nodes(),
            pageInfo: $page =>
              object({
                hasNextPage: $page.pageInfo().get('hasNextPage'),
                endCursor: lambda(last(numbersOn($page)), number => (number == null ? null : cursor(number)))
              })
          }
        }
      }
    }
  })

const numbersOn = $page => applyTransforms(each($page.nodes(), $person => $person.get('number')))
const tokenDigest = () => context().get('tokenDigest')
