"""Trusted documents, identified by the SHA-256 of their text as the GraphQL over HTTP specification does.

The client's own documents are trusted, and those of HALL_DOCUMENTS. HALL_OPERATIONS=trusted allows no others.

A document may import files of fragments, each by a line `#import "./fragments/record.graphql"`. The text that is sent
and hashed is its own file followed by the imported ones, in this order; web/hall.js joins them in the same way.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from api.errors import SettingsError

CLIENT = Path(__file__).parents[3] / "web" / "documents"
IMPORT = re.compile(r'^#import "\./(fragments/[a-z-]+\.graphql)"$', re.MULTILINE)


def document_id(text: str) -> str:
    """Return the identifier of a document: sha256: and the digest of its UTF-8 in hexadecimal."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def document_text(path: Path) -> str:
    """Return the text of a document with the fragments that it imports; raise SettingsError where a file is missing."""
    text = path.read_text("utf-8")
    files = [path.parent / name for name in IMPORT.findall(text)]
    if missing := [file.name for file in files if not file.is_file()]:
        raise SettingsError(f"{path.name} imports fragments/{missing[0]}, which is missing.")
    return "".join((text, *(file.read_text("utf-8") for file in files)))


def trusted_texts(further: Path | None) -> Iterable[str]:
    """Yield the client's documents, and those of a further folder; raise SettingsError where that is none."""
    if further is not None and not further.is_dir():
        raise SettingsError("HALL_DOCUMENTS is no folder; name one with .graphql files.")
    for folder in (CLIENT, *([further] if further else [])):
        for path in sorted(folder.glob("*.graphql")):
            yield document_text(path)
