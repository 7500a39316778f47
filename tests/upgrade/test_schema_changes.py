"""The schema only grows: documents that are valid for the last release are valid still."""

from pathlib import Path

import pytest
from graphql import BreakingChange, build_schema, find_breaking_changes, parse, validate

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


def _changes(release: Path) -> list[BreakingChange]:
    return find_breaking_changes(build_schema(release.read_text("utf-8")), CURRENT)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_schema_only_grows(release: Path) -> None:
    """Nothing that a release served is gone or has another type, but for what is explained.

    What has to go is first deprecated, with its replacement and a date: see docs/api.md.
    """
    assert [each.description for each in _changes(release) if each.description not in EXPLAINED] == []


def test_explanations_are_needed() -> None:
    """Each explanation is of a change since some release."""
    assert {each.description for release in RELEASES for each in _changes(release)} & EXPLAINED == EXPLAINED


def test_comparison_finds_what_breaks() -> None:
    """The comparison fails for a removed field, a changed type and a required argument."""
    released = build_schema("type Query { a: Int b(c: Int): Int d: Int }")
    changed = build_schema("type Query { a: String b(c: Int!): Int }")
    assert len(find_breaking_changes(released, changed)) == 3


def test_every_release_has_its_schema() -> None:
    """The schema of a release is kept beside its database; the last one is compared."""
    databases = {path.stem for path in Path(__file__).parent.glob("*.json")}
    assert max(databases) in {path.stem for path in RELEASES}
    assert validate(build_schema(RELEASES[-1].read_text("utf-8")), parse("{ service { version } }")) == []
