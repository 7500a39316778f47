"""Mobile numbers of the mainland: parsed leniently, stored as eleven digits."""

import re

from api.text.folding import number_form

NUMBER = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})", re.ASCII)
SEPARATORS = re.compile(r"[-().·/]")
# Generous, because pasted numbers contain invisible characters.
MAX_LENGTH = 200


def parse_mobile_number(text: str) -> str | None:
    """Return the eleven digits, or None if the text is no mainland mobile number."""
    if len(text) > MAX_LENGTH:
        return None
    found = NUMBER.fullmatch(SEPARATORS.sub("", number_form(text)))
    return found.group(1) if found else None
