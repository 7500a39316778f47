"""The schema only grows: documents that are valid for the last release are valid still, and mean the same."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    BreakingChange,
    DangerousChange,
    DangerousChangeType,
    GraphQLSchema,
    NullValueNode,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    parse,
    validate,
)

from api import clock
from tests.architecture.sources import ROOT

RELEASES = sorted(Path(__file__).parent.glob("*.graphql"))
CURRENT = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
# What no client could do without, with the decision about it.
EXPLAINED = {
    # docs/decisions/2026-11-30-node-takes-an-id-alone.md
    "Argument Query.node(purpose:) was removed.",
    # The same text in every response; generated types of both are texts.
    "Field Clause.id changed type from String! to ID!.",
}
# A request that leaves the value out would be answered differently.
DEFAULTS = {DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE, DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE}
# As test_schema.py has deprecations written.
PROMISED = re.compile(r"may be missing from (\d{4}-\d\d-\d\d) on")
REMOVED = re.compile(r"^(?:Field|Enum value|Argument) (\S+) was removed\.$")


def changes(released: GraphQLSchema, current: GraphQLSchema, today: date) -> list[str]:
    """Return what clients of a release stumble over: what breaks, and defaults that differ.

    A removal is none from the day on that the deprecation in the release named.
    """
    _remove_nulls(released)
    since = promises(released)
    found: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(released, current),
        *(each for each in find_dangerous_changes(released, current) if each.type in DEFAULTS),
    ]
    removed = {each.description: REMOVED.match(each.description) for each in found}
    return [text for text, match in removed.items() if match is None or since.get(match[1], date.max) > today]


def _remove_nulls(schema: GraphQLSchema) -> None:
    """Remove defaults of null, which say the same as none."""
    for _, element in _elements(schema):
        if isinstance(getattr(getattr(element, "default", None), "literal", None), NullValueNode):
            element.default = None


def promises(schema: GraphQLSchema) -> dict[str, date]:
    """Return the days from which deprecated elements may be missing, by their coordinates."""
    reasons = {coordinate: element.deprecation_reason or "" for coordinate, element in _elements(schema)}
    return {
        coordinate: date.fromisoformat(said[1])
        for coordinate, reason in reasons.items()
        if (said := PROMISED.search(reason))
    }


def _elements(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Yield fields, arguments and values of enums, each with its coordinate."""
    for kind in schema.type_map.values():
        inner: dict[str, Any] = getattr(kind, "values", None) or getattr(kind, "fields", None) or {}
        for name, element in inner.items():
            yield f"{kind.name}.{name}", element
            for argument, described in getattr(element, "args", {}).items():
                yield f"{kind.name}.{name}({argument}:)", described


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_schema_only_grows(release: Path) -> None:
    """Nothing that a release served is gone, has another type or another default, but for what is explained.

    What has to go is first deprecated, with its replacement and a date: see docs/api.md.
    """
    found = changes(build_schema(release.read_text("utf-8")), CURRENT, clock.today())
    assert [each for each in found if each not in EXPLAINED] == []


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_promised_days_are_kept(release: Path) -> None:
    """The day from which a deprecated element may be missing does not come nearer after a release."""
    now = promises(CURRENT)
    earlier = promises(build_schema(release.read_text("utf-8")))
    assert {each for each, day in earlier.items() if now.get(each, date.max) < day} == set()


def test_explanations_are_needed() -> None:
    """Each explanation is of a change since some release."""
    found = {each for path in RELEASES for each in changes(build_schema(path.read_text("utf-8")), CURRENT, date.min)}
    assert found & EXPLAINED == EXPLAINED


def test_comparison_finds_what_breaks() -> None:
    """The comparison fails for a removed field, a changed type, a required argument and another default."""
    released = build_schema("type Query { a: Int b(c: Int): Int d: Int e(f: Int = 1): Int g(h: Int = null): Int }")
    changed = build_schema("type Query { a: String b(c: Int!): Int e(f: Int = 2): Int g(h: Int): Int }")
    assert len(changes(released, changed, date.min)) == 4


@pytest.mark.parametrize(("day", "number"), [("2027-11-30", 3), ("2027-12-01", 0)])
def test_removal_waits_for_its_day(day: str, number: int) -> None:
    """What a release deprecated may go from the day on that it named, and not before."""
    reason = '@deprecated(reason: "Use `Query.d`. It may be missing from 2027-12-01 on.")'
    released = build_schema(
        f"type Query {{ a: Int {reason} b: Int d(e: Int {reason}): Of }} enum Of {{ ONE TWO {reason} }}"
    )
    changed = build_schema("type Query { b: Int d: Of } enum Of { ONE }")
    assert len(changes(released, changed, date.fromisoformat(day))) == number


def test_every_release_has_its_schema() -> None:
    """The schema of a release is kept beside its database; the last one is compared."""
    databases = {path.stem for path in Path(__file__).parent.glob("*.json")}
    assert max(databases) in {path.stem for path in RELEASES}
    assert validate(build_schema(RELEASES[-1].read_text("utf-8")), parse("{ service { version } }")) == []
