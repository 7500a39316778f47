/** What Relay's compiler reads: the operations of the journey. It writes __generated__/ beside this file. */

import { graphql } from 'relay-runtime'

export const operations = [
  graphql`
    mutation journeySignInMutation($input: SignInInput!) {
      signIn(input: $input) {
        __typename
        ... on SignedIn {
          viewer {
            id
            account
          }
        }
      }
    }
  `,
  graphql`
    query journeyRevealQuery($purpose: String!) {
      viewer {
        person {
          revealed(purpose: $purpose) {
            mobileNumber
          }
        }
      }
    }
  `,
  graphql`
    query journeyHomeQuery($first: Int!) {
      viewer {
        id
        account
        person {
          ...journey_standing @relay(mask: false)
          ...journey_person @arguments(first: $first)
        }
      }
    }
  `,
  graphql`
    query journeyNoticeQuery {
      notice {
        version
      }
    }
  `,
  graphql`
    mutation journeyRegisterMutation($input: RegisterFlexibleEmploymentInput!) {
      registerFlexibleEmployment(input: $input) {
        __typename
        ... on FlexibleEmploymentRegistered {
          enrolment {
            id
          }
          person {
            ...journey_standing @relay(mask: false)
          }
        }
        ... on InvalidInput {
          fields {
            path
            code
          }
        }
        ... on Problem {
          code
          message(language: EN)
        }
      }
    }
  `,
  graphql`
    mutation journeyWithdrawMutation($input: WithdrawFlexibleEmploymentInput!) {
      withdrawFlexibleEmployment(input: $input) {
        __typename
        ... on FlexibleEmploymentWithdrawn {
          enrolment {
            status
          }
          person {
            ...journey_standing @relay(mask: false)
          }
        }
      }
    }
  `,
]

export const fragments = [
  graphql`
    fragment journey_standing on Person {
      id
      name
      flexibleEmployment {
        id
        current {
          id
          status
        }
        eligibility {
          outcome
        }
      }
    }
  `,
  graphql`
    fragment journey_person on Person
    @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
    @refetchable(queryName: "journeyLogPageQuery") {
      accessLog(first: $first, after: $after) @connection(key: "journey_accessLog") {
        edges {
          node {
            id
            at
            actor
            purpose
          }
        }
      }
    }
  `,
]
