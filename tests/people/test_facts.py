"""Each fact of a person exists in all required places; CONTRIBUTING.md describes how to add one.

The column in api/people/models.py comes first. Each test compares one other place with the columns, and its message
says what to write there.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from api.adapters.strawberry import core_schema
from api.adapters.tortoise import meta
from api.encryption.columns import EncryptedText
from api.graphql.compiler.operation import DEFINITION
from api.graphql.fields import SOURCE, Coded, Column, Masked
from api.importing.columns import PERSON
from api.people.models import Person
from api.schema.root import schema
from tests.architecture.sources import no_offenders
from tests.web.tools import WEB

# Columns that are no facts of the record: keys, search keys, and derived values.
INTERNAL = {"id", "public_id", "number_index", "folded_name", "insured_district", "recorded_on", "employer_id"}
# Facts that only the rules read, because the guide's page does not show them.
NOT_SHOWN = {"drawing_pension"}
# Sensitive under PIPL: available through `revealed` only.
ONLY_REVEALED = {"disability_grade"}
FACTS = [column for column in meta(Person).fields_db_projection if column not in INTERNAL]


def camel(column: str) -> str:
    """Return the camel-case name of a column in GraphQL and JavaScript."""
    first, *others = column.split("_")
    return first + "".join(word.title() for word in others)


def sources(type_name: str) -> dict[str, Any]:
    """Return the source of each column that a GraphQL type shows."""
    fields = core_schema(schema).type_map[type_name].fields  # type: ignore[attr-defined]  # it is an object type
    shown = (field.extensions[DEFINITION].metadata.get(SOURCE) for field in fields.values())
    return {
        each.name if isinstance(each, Column) else each.column: each
        for each in shown
        if isinstance(each, Column | Masked | Coded)
    }


def lacking(where: Iterable[str], facts: Iterable[str], write: str) -> Iterator[str]:
    """Yield a line for each fact that is missing in a place."""
    there = set(where)
    yield from (f"{fact}: {write.format(column=fact, field=camel(fact))}" for fact in facts if fact not in there)


def test_facts_are_in_schema() -> None:
    """Each fact is a plain, masked or coded field of PersonRecord."""
    shown = [fact for fact in FACTS if fact not in NOT_SHOWN | ONLY_REVEALED]
    write = (
        'write `{column} = plain("{column}", "…")`, `masked("{column}", masks.…, "…")` with a function of '
        "api/people/masks.py, or `code_of(…)`"
    )
    found = lacking(sources("Person"), shown, write)
    no_offenders(found, "Add the field to PersonRecord in api/people/schema.py, then `make generated`.")


def test_masked_facts_can_be_revealed() -> None:
    """Masked facts are fields of RevealedPerson, and encrypted columns are masked."""
    masked = {column for column, source in sources("Person").items() if isinstance(source, Masked)}
    found = lacking(
        sources("RevealedPerson"), sorted(masked | ONLY_REVEALED), 'write `{column} = plain("{column}", "…")`'
    )
    no_offenders(found, "Add the field to RevealedRecord in api/people/schema.py, then `make generated`.")
    encrypted = [name for name, column in meta(Person).fields_map.items() if isinstance(column, EncryptedText)]
    no_offenders(lacking(masked, encrypted, "show it by `masked(…)`"), "Mask it in api/people/schema.py.")


def test_facts_are_importable() -> None:
    """Each fact has a column in the import of people."""
    imported = {column.stored for column in PERSON}
    found = lacking(imported, FACTS, 'write `_column("{field}", "…the guide\'s label…", "{column}", …)`')
    no_offenders(found, "Add the column to PERSON in api/importing/columns.py.")


def test_client_shows_all_facts() -> None:
    """The record page has a label and a row for each fact."""
    shown = [camel(fact) for fact in FACTS if fact not in NOT_SHOWN]
    labels = re.findall(r"^ +(\w+): \{ zh:", (WEB / "texts" / "record.js").read_text("utf-8"), re.MULTILINE)
    unlabelled = lacking(labels, shown, "write `{field}: {{ zh: '…', en: '…' }}`")
    no_offenders(unlabelled, "Add its label to web/texts/record.js.")
    rows = re.findall(r"row\('(\w+)'", (WEB / "parts" / "record-view.js").read_text("utf-8"))
    masked = {camel(column) for column, source in sources("Person").items() if isinstance(source, Masked)}
    plain = [fact for fact in shown if fact not in masked]
    found = [
        *lacking(rows, plain, "write `row('{field}', person.{field})` in its group"),
        *lacking(rows, sorted(masked), "write `row('{field}', full.{field})` in its group"),
    ]
    no_offenders(found, "Add a row to web/parts/record-view.js; `full` has the value in full once it is revealed.")
