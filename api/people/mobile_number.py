"""Mobile numbers of the mainland: read forgivingly, kept as eleven digits."""

import re

from api.text.folding import number_form

NUMBER = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})", re.ASCII)
SEPARATORS = re.compile(r"[-().·/]")
# Each digit may stand between signs that nobody sees.
LONGEST = 200


def parse_mobile_number(text: str) -> str | None:
    """Return the eleven digits, from however they were typed; None where the text is no mainland mobile number."""
    if len(text) > LONGEST:
        return None
    found = NUMBER.fullmatch(SEPARATORS.sub("", number_form(text)))
    return found.group(1) if found else None
