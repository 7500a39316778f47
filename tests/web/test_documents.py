"""The client's documents: right, no larger than their pages, and typed."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from graphql import FieldNode, Visitor, parse, validate, visit

from api.http.graphql.persisted_documents import IMPORT, document_text
from tests.architecture.sources import no_offenders
from tests.web.answers import ANSWERS, DOCUMENTS, declarations, operation, served_schema
from tests.web.modules import imports, imports_later
from tests.web.tools import WEB

NAMES = sorted(path.stem for path in DOCUMENTS.glob("*.graphql"))
READS_THE_VIEWER = WEB / "shell.js"


def test_a_document_fits_the_schema() -> None:
    """The Hall understands every question that its client asks."""
    schema = served_schema()
    found = [
        f"web/documents/{name}.graphql:{error.locations[0].line if error.locations else 1}: {error.message}"
        for name in NAMES
        for error in validate(schema, parse(document_text(DOCUMENTS / f"{name}.graphql")))
    ]
    no_offenders(found, "Ask for what schema.graphql has.")


def test_every_file_of_fragments_is_imported() -> None:
    """No fragment is left that no document spreads; those that are shared are defined once."""
    imported = {path for name in NAMES for path in IMPORT.findall((DOCUMENTS / f"{name}.graphql").read_text("utf-8"))}
    assert imported == {f"fragments/{path.name}" for path in (DOCUMENTS / "fragments").iterdir()} != set()


def test_client_and_hall_join_the_same_files() -> None:
    """The pattern that finds imports is the same in web/hall.js and in api/http/graphql/persisted_documents.py."""
    (pattern,) = re.findall(r"^const IMPORT = /(.+)/gm$", (WEB / "hall.js").read_text("utf-8"), re.MULTILINE)
    assert pattern.replace("\\/", "/") == IMPORT.pattern


def test_a_document_asks_only_for_what_is_used() -> None:
    """No page asks for a field that neither it, nor a part of it, ever reads."""
    no_offenders(unread(), "Remove the field or the document: no page that asks it, and no part of one, reads it.")


def test_the_types_of_the_answers_are_current() -> None:
    """answers.d.ts is what the documents and the schema say; `python -m tests.web.answers` writes it anew."""
    assert ANSWERS.read_text("utf-8") == declarations(served_schema())


def unread() -> Iterator[str]:
    """Yield each document that no page asks, and each field that no page reads, with its document."""
    for name in NAMES:
        asking = [path for path in scripts() if f"ask('{name}'" in path.read_text("utf-8")]
        if not asking:
            yield f"web/documents/{name}.graphql"
        read = "".join(path.read_text("utf-8") for path in involved(asking))
        for field in asked_for(name):
            if asking and not re.search(rf"\b{field}\b", read):
                yield f"web/documents/{name}.graphql: {field}"


def asked_for(name: str) -> set[str]:
    """Every name under which a document gets something."""
    names: set[str] = set()

    class Names(Visitor):
        """Collects them."""

        def enter_field(self, node: FieldNode, *_: object) -> None:
            names.add((node.alias or node.name).value)

    visit(operation(DOCUMENTS / f"{name}.graphql"), Names())
    return names - {"__typename"}


@cache
def scripts() -> tuple[Path, ...]:
    """Every module of the client."""
    return tuple(sorted(WEB.rglob("*.js")))


def involved(asking: list[Path]) -> set[Path]:
    """Whoever asks, the pages that ask through it, what any of them imports, and who reads the viewer."""
    pages = {path for path in scripts() if path.parent.name == "pages" and set(imports(path)) & set(asking)}
    found: set[Path] = {READS_THE_VIEWER}
    waiting = [*asking, *pages]
    while waiting:
        path = waiting.pop()
        if path not in found and path.parent.name != "texts":
            found.add(path)
            waiting.extend((*imports(path), *imports_later(path)))
    return found
