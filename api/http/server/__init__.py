"""Between the socket and the application: uvicorn's HTTP protocol, and what workers share.

protocol.py             uvicorn's protocol, with a fast path for POST /graphql
connection_limits.py    limits on request heads, and on connections
request_head_cache.py   parsed request heads, reused by keep-alive connections
worker_state.py         a folder that the workers of one server share
client_address.py       the client's address, as rate limits count it
"""
