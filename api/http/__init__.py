"""The edge: what stands between the socket and the schema.

exchange.py          one request on its way through: its id, and what its log line will say
logs.py              structured lines without personal data; the outermost layer, which answers when all else failed
security_headers.py  what a browser may do with an answer
security_txt.py      whom to tell of a weakness
connection_limits.py how large a head is, how long it takes, how many connections there are
front_door.py        what a GraphQL request must look like before anybody reads it
variables.py         what variables must look like
media_types.py       Accept and Content-Type
documents.py         query text -> a checked operation, remembered
document_rule.py     what a document may cost
measure.py           what a document was found to come to
weights.py           what each field costs, measured
execution.py         an operation -> its answer; faults masked
value_mask.py        error messages without what somebody typed
name_mask.py         error messages without the schema, where introspection is closed
endpoint.py          /graphql: the above, in order
cookies.py           the session's cookie
answers.py           what the edge answers: bytes with a status, and refusals
static_files.py      the client, compressed and validated by content
health.py            /healthz and /readyz
graphiql/            GraphiQL, served from here
"""
