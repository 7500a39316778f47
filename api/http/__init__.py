"""HTTP, from the socket to the schema.

observability/     logs, metrics, traces, health
graphql/           the GraphQL endpoint
graphiql/          GraphiQL, served from here
static/            static files and security headers
server/            uvicorn's protocol, connection limits, state shared by workers
conditional.py     compressed and conditional responses
responses.py       responses as bytes with a status, and refusals
request_state.py   one request: its id, and what its log line will say
"""
