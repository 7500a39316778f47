"""Names: stored as written, searched by a folded key."""

from api.text.folding import name_key


def fold(name: str) -> str:
    """Return the search key of a name: see api/text/folding.py."""
    return name_key(name)
