"""Characters that cannot be stored or displayed."""

import unicodedata

# Control characters and lone surrogates. Unassigned and private-use characters are allowed: rare characters of names
# may be newer than Python's tables, or belong to a bureau's own font.
# guard: control-signs-are-refused
UNWRITABLE = frozenset({"Cc", "Cs"})


def is_writable(text: str) -> bool:
    """Return whether a text has no character that cannot be stored and shown."""
    return text.isprintable() or all(unicodedata.category(sign) not in UNWRITABLE for sign in text)


def has_surrogate(text: str) -> bool:
    """Return whether a text has a lone surrogate, which no encoding of a database can hold."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)
