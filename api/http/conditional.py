"""Compressed and conditional responses: Accept-Encoding, ETag, If-None-Match.

gzip only: brotli would be another package for a few kilobytes.
"""

import gzip

# Compressing fewer bytes saves no packet.
MIN_COMPRESSED = 1_400


def accepts_gzip(accepted: str) -> bool:
    """Return whether the value of Accept-Encoding allows gzip."""
    codings = {name.strip(): quality.replace(" ", "") for name, _, quality in _parts(accepted)}
    quality = codings.get("gzip", codings.get("*", "q=0"))
    return quality not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}


def is_current(tag: str, known: str) -> bool:
    """Return whether the entity tag is among those of If-None-Match."""
    return known.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in known.split(",")}


def compressed(content: bytes, accepted: str) -> bytes | None:
    """Return `content` as gzip; None where the client does not accept it, or it would not be shorter."""
    if len(content) < MIN_COMPRESSED or not accepts_gzip(accepted):
        return None
    shorter = gzip.compress(content, 6, mtime=0)
    return shorter if len(shorter) < len(content) else None


def _parts(accepted: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in accepted.lower().split(",")]
