"""Names: kept as they are written, found by a folded key."""

import unicodedata

# The middle dot of transliterated names is written in many ways, which compatibility forms do not unify.
DOTS = str.maketrans("", "", "\u00b7\u2022\u2027\u30fb\u2219\u22c5\uff65")


def fold(name: str) -> str:
    """Return the key under which a name is found: compatibility forms unified, no case, no dots, no white space."""
    unified = unicodedata.normalize("NFKC", name).translate(DOTS).casefold()
    return "".join(sign for sign in unified if not sign.isspace())
