"""The GraphQL schema: the root types, and types that join several domains.

root.py           Query and Mutation
presentation.py   how the schema presents itself to tools
person.py         the person: the record with what each scheme knows
people.py         looking people up
viewer.py         signing in and out, and the account that is signed in
session.py        the sessions of an account
node.py           any object by its global id
federation.py     the Hall as a subgraph, for gateways
service_info.py   version, limits, demo accounts
cost_weights.py   what the fields of this schema cost
"""
