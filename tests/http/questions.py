"""Questions as bytes on a connection."""

import json

# Answered without waiting for anything.
AT_ONCE = "{ service { version } }"


def question(query: str, *headers: str, version: str = "1.1") -> bytes:
    """Return a request as it is sent."""
    body = json.dumps({"query": query}).encode()
    lines = [
        f"POST /graphql HTTP/{version}",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
