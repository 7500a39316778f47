"""Digests of content, over its canonical JSON: UTF-8, no spaces, keys in order."""

from hashlib import sha256
from typing import Any

import msgspec


def content_digest(content: Any) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of `content`."""
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
