"""/graphql: GraphQL over HTTP.

endpoint.py              the ASGI application: the modules below, in order
execution.py             executes an operation, and masks faults
rate_limits.py           what an account and an address may spend in a minute
rate_limit_storage.py    the counters, in memory or in a file shared by workers
shared_rate_limits.py    counters that several machines share by a Redis
documents.py             query text -> a checked operation, cached
malformed_documents.py   documents that are not executed, and their errors
persisted_documents.py   trusted documents by their SHA-256
public_responses.py      responses of public data: compressed and cacheable
introspection_cache.py   results of introspection, which depend on the document alone
query_cost.py            what a document may cost, in one pass
costliest_field.py       the field of a document that costs most
document_cost.py         the measured cost of a document
cost_weights.py          what the fields of a schema cost
lookup_counter.py        how many people a document looks up
password_cost.py         the CPU time of password checks
credentials.py           the credential and media type of a request
request_parsing.py       what a GraphQL request must look like
request_language.py      the language that a request says once
variables.py             what variables must look like
media_types.py           Accept and Content-Type
cookies.py               the session cookie
error_masking.py         error messages without the values of the request
name_masking.py          error messages without the names of the schema
"""
