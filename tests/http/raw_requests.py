"""Raw HTTP requests as bytes."""

import json

# Completes synchronously: no database access, no task.
SYNCHRONOUS_QUERY = "{ service { version } }"


def graphql_request(query: str, *headers: str, version: str = "1.1") -> bytes:
    """Return a POST request with a query."""
    return request("POST", "/graphql", json.dumps({"query": query}).encode(), *headers, version=version)


def request(method: str, target: str, body: bytes, *headers: str, version: str = "1.1") -> bytes:
    """Return a request; a body is sent as JSON."""
    lines = [
        f"{method} {target} HTTP/{version}",
        "Host: 127.0.0.1",
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
