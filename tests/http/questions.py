"""Requests as bytes on a connection."""

import json

# Answered without waiting for anything.
AT_ONCE = "{ service { version } }"


def question(query: str, *headers: str, version: str = "1.1") -> bytes:
    """Return a question by its text as it is sent."""
    return request("POST", "/graphql", json.dumps({"query": query}).encode(), *headers, version=version)


def request(method: str, target: str, body: bytes, *headers: str, version: str = "1.1") -> bytes:
    """Return a request as it is sent; a body is JSON."""
    lines = [
        f"{method} {target} HTTP/{version}",
        "Host: 127.0.0.1",
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
