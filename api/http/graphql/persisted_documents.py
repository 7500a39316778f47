"""Trusted documents: known by the SHA-256 of their text, as the GraphQL over HTTP specification names persisted ones.

The client's own are trusted, and those of HALL_DOCUMENTS. With HALL_OPERATIONS=trusted no others are answered.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from api.errors import SettingsError

CLIENT = Path(__file__).parents[3] / "web" / "documents"


def document_id(text: str) -> str:
    """Return the identifier of a document: sha256: and the digest of its UTF-8 in hexadecimal."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def trusted_texts(further: Path | None) -> Iterable[str]:
    """Yield the client's documents, and those of a further folder; raise SettingsError where that is none."""
    if further is not None and not further.is_dir():
        raise SettingsError("HALL_DOCUMENTS is no folder; name one with .graphql files.")
    for folder in (CLIENT, *([further] if further else [])):
        for path in sorted(folder.glob("*.graphql")):
            yield path.read_text("utf-8")
