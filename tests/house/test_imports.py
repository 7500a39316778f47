"""Who may import whom: the data flows from HTTP through schema and service to rules and models."""

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest

from tests.house.sources import imported, matching, text, tree, within

PURE = (
    "api.codes.tables",
    "api.errors",
    "api.text.i18n",
    "api.text.folding",
    "api.schemes.clause",
    "api.schemes.condition",
    "api.schemes.notice",
    "api.schemes.parameter",
    "api.schemes.rule",
)
PURE_FILES = (
    "api/text/i18n.py",
    "api/text/folding.py",
    "api/people/identity_number.py",
    "api/people/masks.py",
    "api/schemes/clause.py",
    "api/schemes/condition.py",
    "api/schemes/notice.py",
    "api/schemes/parameter.py",
    "api/schemes/rule.py",
    "api/schemes/shared/*.py",
    "api/schemes/*/advice.py",
    "api/schemes/*/calculation.py",
    "api/schemes/*/case.py",
    "api/schemes/*/facts.py",
    "api/schemes/*/figures.py",
    "api/schemes/*/findings.py",
    "api/schemes/*/law.py",
    "api/schemes/*/notes.py",
    "api/schemes/*/participation.py",
    "api/schemes/*/rules.py",
    "api/schemes/*/scenarios.py",
    "api/schemes/*/enrolment_status.py",
    "api/schemes/*/next_steps.py",
    "api/schemes/*/verdict.py",
)


@dataclass(frozen=True)
class Never:
    """What some files never import."""

    files: tuple[str, ...]
    packages: tuple[str, ...] = ()
    modules: str = r"(?!)"  # a pattern for names in api; by default it matches none

    def __str__(self) -> str:
        """Return what tells it from the others in a list of tests."""
        return self.packages[0]

    def broken_by(self, name: str) -> bool:
        """Return whether importing `name` breaks this."""
        return within(name, *self.packages) or re.match(self.modules, name) is not None


NEVER = (
    Never(("api/*/models.py",), ("strawberry", "starlette"), r"api\..*\b(rules|service|schema|verdict)\b"),
    Never(("api/*/service.py",), ("strawberry", "starlette", "api.clock", "api.graphql.context"), r"api\..*\bschema\b"),
    # A schema names models, as the types of its rows.
    Never(("api/*/schema.py",), ("tortoise", "starlette", "api.clock", "api.db.database")),
    Never(("api/http/*.py",), ("tortoise",), r"api\..*\bmodels\b"),
    Never(("api/*/*.py", "api/schema/root.py", "api/graphql/context.py", "api/db/database.py"), ("api.app",)),
)


@pytest.mark.parametrize("path", [path for path in matching(*PURE_FILES) if path.name != "schema.py"], ids=str)
def test_rules_know_nothing_of_the_outside_world(path: PurePosixPath) -> None:
    """Rules, and what they are made of, import the standard library and each other: no framework, no database."""
    scheme = ".".join(path.parent.parts)
    allowed = (*PURE, *sys.stdlib_module_names, "api.schemes.shared", scheme)
    strangers = [name for name in imported(path) if not within(name, *allowed)]
    impure = [name for name in imported(path) if re.match(r"api\..*\b(models|service|schema)\b", name)]
    assert strangers + impure == []


@pytest.mark.parametrize(
    ("path", "never"), [(path, never) for never in NEVER for path in matching(*never.files)], ids=str
)
def test_each_layer_keeps_to_its_own(path: PurePosixPath, never: Never) -> None:
    """No file imports what its layer never imports."""
    assert [name for name in imported(path) if never.broken_by(name)] == []


@pytest.mark.parametrize("path", [path for path in matching("api/*.py") if path.name != "clock.py"], ids=str)
def test_there_is_one_clock(path: PurePosixPath) -> None:
    """Only api/clock.py asks the machine what day it is."""
    asked = [
        ast.unparse(node.func)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow", "localtime", "gmtime", "time"}
    ]  # fmt: skip
    assert [call for call in asked if re.match(r"(datetime|date|time)\b", call)] == []


@pytest.mark.parametrize("path", matching("web/pages/*.js"), ids=str)
def test_no_page_of_the_client_needs_another(path: PurePosixPath) -> None:
    """A page imports parts and what all pages share, never another page."""
    assert [module for module in _javascript_imports(path) if not module.startswith("../")] == []
    assert [module for module in _javascript_imports(path) if module.startswith("../pages/")] == []


@pytest.mark.parametrize("path", matching("web/parts/*.js"), ids=str)
def test_no_part_of_the_client_asks_or_goes_anywhere(path: PurePosixPath) -> None:
    """A part only shows: it imports other parts and words, and neither the Hall, nor a page, nor what is kept."""
    allowed = ("./", "../texts/", "../language.js")
    assert [module for module in _javascript_imports(path) if not module.startswith(allowed)] == []


def _javascript_imports(path: PurePosixPath) -> list[str]:
    return re.findall(r"""^\s*(?:import|export)\b(?:[^"'();=]*\bfrom)?\s*["']([^"']+)["']""", text(path), re.MULTILINE)
