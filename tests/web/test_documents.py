"""The client's documents: valid, minimal, and typed."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from graphql import FieldNode, Visitor, parse, validate, visit

from api.http.graphql.persisted_documents import IMPORT, document_text
from tests.architecture.sources import no_offenders
from tests.web.answers import (
    ANSWERS,
    DOCUMENTS,
    FACTS,
    REVEALED,
    declarations,
    facts,
    operation,
    revealed,
    served_schema,
)
from tests.web.modules import dynamic_imports, imports
from tests.web.tools import WEB

NAMES = sorted(path.stem for path in DOCUMENTS.glob("*.graphql"))
READS_THE_VIEWER = WEB / "shell.js"


def test_documents_are_valid() -> None:
    """Each document of the client is valid against the schema."""
    schema = served_schema()
    found = [
        f"web/documents/{name}.graphql:{error.locations[0].line if error.locations else 1}: {error.message}"
        for name in NAMES
        for error in validate(schema, parse(document_text(DOCUMENTS / f"{name}.graphql")))
    ]
    no_offenders(found, "Request only what schema.graphql has.")


def test_fragment_files_are_imported() -> None:
    """Every fragment file is imported by a document."""
    imported = {path for name in NAMES for path in IMPORT.findall((DOCUMENTS / f"{name}.graphql").read_text("utf-8"))}
    assert imported == {f"fragments/{path.name}" for path in (DOCUMENTS / "fragments").iterdir()} != set()


def test_import_patterns_are_equal() -> None:
    """The import pattern is the same in web/hall.js and in api/http/graphql/persisted_documents.py."""
    (pattern,) = re.findall(r"^const IMPORT = /(.+)/gm$", (WEB / "hall.js").read_text("utf-8"), re.MULTILINE)
    assert pattern.replace("\\/", "/") == IMPORT.pattern


def test_documents_request_only_used_fields() -> None:
    """Each requested field is read by a page of the document or a part of it."""
    no_offenders(unused(), "Remove the field or the document: no page or part reads it.")


def test_types_are_current() -> None:
    """answers.d.ts is the output of `python -m tests.web.answers`."""
    assert ANSWERS.read_text("utf-8") == declarations(served_schema())
    assert FACTS.read_text("utf-8") == facts(served_schema())
    assert REVEALED.read_text("utf-8") == revealed(served_schema())


def unused() -> Iterator[str]:
    """Yield each document that no page uses, and each field that no page reads."""
    for name in NAMES:
        senders = [path for path in scripts() if f"ask('{name}'" in path.read_text("utf-8")]
        if not senders:
            yield f"web/documents/{name}.graphql"
        read = "".join(path.read_text("utf-8") for path in involved(senders))
        for field in response_keys(name):
            if senders and not re.search(rf"\b{field}\b", read):
                yield f"web/documents/{name}.graphql: {field}"


def response_keys(name: str) -> set[str]:
    """Return every response key of a document."""
    names: set[str] = set()

    class Names(Visitor):
        """Collects response keys."""

        def enter_field(self, node: FieldNode, *_: object) -> None:
            names.add((node.alias or node.name).value)

    visit(operation(DOCUMENTS / f"{name}.graphql"), Names())
    return names - {"__typename"}


@cache
def scripts() -> tuple[Path, ...]:
    """Return every module of the client."""
    return tuple(sorted(WEB.rglob("*.js")))


def involved(senders: list[Path]) -> set[Path]:
    """Return the modules that send a document, the pages that use them, their imports, and the viewer module."""
    pages = {path for path in scripts() if path.parent.name == "pages" and set(imports(path)) & set(senders)}
    found: set[Path] = {READS_THE_VIEWER}
    queue = [*senders, *pages]
    while queue:
        path = queue.pop()
        if path not in found and path.parent.name != "texts":
            found.add(path)
            queue.extend((*imports(path), *dynamic_imports(path)))
    return found
