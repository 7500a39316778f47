"""Trusted documents, identified by the SHA-256 of their text as the GraphQL over HTTP specification does.

The client's own documents are trusted, and those of HALL_DOCUMENTS. HALL_OPERATIONS=trusted allows no others.
HALL_DOCUMENTS is a folder of documents and manifests, or one manifest: the JSON file in which the build of a client
lists its documents. The compiler of Relay and GraphQL Code Generator write an object of ids and texts, Apollo's
generator a list of operations. The id is then accepted too, whatever hash it is.

A document may import files of fragments, each by a line `#import "./fragments/record.graphql"`. The text that is sent
and hashed is its own file followed by the imported ones, in this order; web/hall.js joins them in the same way.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from api.errors import SettingsError

CLIENT = Path(__file__).parents[3] / "web" / "documents"
MANIFEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)
IMPORT = re.compile(r'^#import "\./(fragments/[a-z-]+\.graphql)"$', re.MULTILINE)


class TrustedDocument(NamedTuple):
    """The text of a trusted document, and its id in a manifest, if it comes from one."""

    text: str
    name: str = ""


class ListedOperation(msgspec.Struct):
    """An operation in the manifest of Apollo's generator."""

    id: str
    body: str


class OperationManifest(msgspec.Struct):
    """The manifest of Apollo's generator."""

    operations: list[ListedOperation]


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


def trusted_documents(further: Path | None) -> Iterator[TrustedDocument]:
    """Yield the client's documents, and those of a further folder or manifest; raise SettingsError for a wrong one."""
    yield from _in_folder(CLIENT)
    if further is None:
        return
    if further.is_file() and further.suffix == ".json":
        yield from _in_manifest(further)
    elif further.is_dir():
        yield from _in_folder(further)
        for manifest in sorted(further.glob("*.json")):
            yield from _in_manifest(manifest)
    else:
        raise SettingsError("HALL_DOCUMENTS is no folder; name one with .graphql files or manifests, or one manifest.")


def _in_folder(folder: Path) -> Iterator[TrustedDocument]:
    for path in sorted(folder.glob("*.graphql")):
        yield TrustedDocument(document_text(path))


def _in_manifest(path: Path) -> Iterator[TrustedDocument]:
    for name, text in _entries(path):
        if not MANIFEST_ID.fullmatch(name):
            raise SettingsError(f"{path.name} has an id that is not of 1 to 128 letters, digits, dots, - and _.")
        yield TrustedDocument(text, name)


def _entries(path: Path) -> Iterable[tuple[str, str]]:
    content = path.read_bytes()
    try:
        listed = msgspec.json.decode(content, type=OperationManifest)
    except msgspec.MsgspecError:
        pass
    else:
        return [(each.id, each.body) for each in listed.operations]
    try:
        return msgspec.json.decode(content, type=dict[str, str]).items()
    except msgspec.MsgspecError:
        raise SettingsError(f"{path.name} is no manifest: write a JSON object of ids and documents.") from None
