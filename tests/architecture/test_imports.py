"""Import rules between the layers: HTTP, schema and service, rules and models."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import imports, matching, no_offenders, text, tree, within

PURE = (
    "api.codes.tables",
    "api.errors",
    "api.text.i18n",
    "api.text.canonical_json",
    "api.text.folding",
    "api.law",
    "api.enrolment.case",
    "api.enrolment.insurance_period",
    "api.enrolment.scenario_reader",
    "api.enrolment.scenarios",
    "api.enrolment.status",
)
PURE_FILES = (
    "api/text/i18n.py",
    "api/text/folding.py",
    "api/people/identity_number.py",
    "api/people/masks.py",
    "api/law/*.py",
    "api/enrolment/case.py",
    "api/enrolment/insurance_period.py",
    "api/enrolment/scenario_reader.py",
    "api/enrolment/scenarios.py",
    "api/enrolment/status.py",
    "api/schemes/shared/*.py",
    "api/schemes/*/advice.py",
    "api/schemes/*/calculation.py",
    "api/schemes/*/case.py",
    "api/schemes/*/facts.py",
    "api/schemes/*/figures.py",
    "api/schemes/*/findings.py",
    "api/schemes/*/law.py",
    "api/schemes/*/notes.py",
    "api/schemes/*/rules.py",
    "api/schemes/*/scenarios.py",
    "api/schemes/*/household.py",
    "api/schemes/*/next_steps.py",
    "api/schemes/*/tiers.py",
    "api/schemes/*/verdict.py",
)


@dataclass(frozen=True)
class Forbidden:
    """Imports that are forbidden in some files."""

    files: tuple[str, ...]
    packages: tuple[str, ...] = ()
    modules: str = r"(?!)"  # a pattern for names in api; by default it matches none

    def __str__(self) -> str:
        """Return the id in a list of tests."""
        return self.packages[0]

    def broken_by(self, name: str) -> bool:
        """Return whether importing `name` is forbidden."""
        return within(name, *self.packages) or re.match(self.modules, name) is not None


FORBIDDEN = (
    Forbidden(("api/*/models.py",), ("strawberry", "starlette"), r"api\..*\b(rules|service|schema|verdict)\b"),
    Forbidden(
        ("api/*/service.py",), ("strawberry", "starlette", "api.clock", "api.graphql.context"), r"api\..*\bschema\b"
    ),
    # A schema names models as the types of its rows.
    Forbidden(("api/*/schema.py",), ("tortoise", "starlette", "api.clock", "api.db.database")),
    Forbidden(("api/http/*.py",), ("tortoise",), r"api\..*\bmodels\b"),
    Forbidden(("api/*/*.py", "api/schema/root.py", "api/graphql/context.py", "api/db/database.py"), ("api.app",)),
)


def test_rules_are_pure() -> None:
    """Rules and their parts import the standard library and each other only: no framework, no database."""
    impure = re.compile(r"api\..*\b(models|service|schema)\b")
    found = [
        f"{place} imports {name}"
        for path in matching(*PURE_FILES)
        if path.name != "schema.py"
        for place, name in imports(path)
        if impure.match(name) or not within(name, *PURE, *sys.stdlib_module_names, "api.schemes.shared", _package(path))
    ]
    no_offenders(found, "Rules get data as arguments: load it in the service, and pass it in the case.")


@pytest.mark.parametrize("forbidden", FORBIDDEN, ids=str)
def test_layers_have_no_forbidden_imports(forbidden: Forbidden) -> None:
    """No file imports what is forbidden in its layer."""
    no_offenders(
        (
            f"{place} imports {name}"
            for path in matching(*forbidden.files)
            for place, name in imports(path)
            if forbidden.broken_by(name)
        ),
        f"{', '.join(forbidden.files)} never import {', '.join(forbidden.packages)}: move the use to its own layer.",
    )


def test_only_clock_module_reads_time() -> None:
    """Only api/clock.py reads the system clock."""
    clock_functions = {"now", "today", "utcnow", "localtime", "gmtime", "time"}
    found = [
        f"{path}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in matching("api/*.py")
        if path.name != "clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clock_functions
        and re.match(r"(datetime|date|time)\b", ast.unparse(node.func))
    ]  # fmt: skip
    no_offenders(found, "Use api.clock, or take the date as a parameter.")


def test_client_pages_are_independent() -> None:
    """A page of the client imports parts and shared modules, never another page."""
    found = [
        f"{place} imports {module}"
        for place, module in _javascript_imports("web/pages/*.js")
        if not module.startswith("../") or module.startswith("../pages/")
    ]
    no_offenders(found, "Move what two pages share to web/parts.")


def test_client_parts_only_display() -> None:
    """A part of the client imports parts, texts and addresses only; it neither requests data nor navigates."""
    allowed = ("./", "../texts/", "../language.js", "../scheme.js")
    found = [
        f"{place} imports {module}"
        for place, module in _javascript_imports("web/parts/*.js")
        if not module.startswith(allowed)
    ]
    no_offenders(found, "Pass what the part shows, and what happens on a click, as arguments.")


def _package(path: PurePosixPath) -> str:
    return ".".join(path.parent.parts)


def _javascript_imports(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield the place, as file:line, and the name of each imported or re-exported module of the scripts."""
    statement = re.compile(r"""^\s*(?:import|export)\b(?:[^"'();=]*\bfrom)?\s*["']([^"']+)["']""", re.MULTILINE)
    for path in matching(pattern):
        for found in statement.finditer(text(path)):
            yield f"{path}:{text(path).count(chr(10), 0, found.start(1)) + 1}", found[1]
