"""Names: kept as they are written, found by a folded key."""

from api.text.folding import name_key


def fold(name: str) -> str:
    """Return the key under which a name is found: see api/text/folding.py."""
    return name_key(name)
