"""How the packages of api/ depend on each other, and that each says what is in it."""

import ast
import re
from pathlib import PurePosixPath

from tests.architecture.sources import imported, matching, tree

# From the bottom to the top: a package imports what stands before it, never what stands after it.
ORDER = (
    # what every other package may use
    "errors", "text", "zone", "clock", "timeouts", "terminal", "adapters", "encryption", "settings",
    # substrate: knows nothing of the domain
    "db", "graphql", "http",
    # domain
    "law", "codes", "offices", "accesslog", "accounts", "people", "enrolment", "schemes",
    # what serves or fills the whole domain
    "migrations", "importing", "demo",
    # assembly
    "schema", "app", "server", "cli", "__main__",
)  # fmt: skip


def test_every_package_has_its_place() -> None:
    """Each module and package of api/ stands in the order, once."""
    there = {path.parts[1].removesuffix(".py") for path in matching("api/*.py")} - {"__init__"}
    assert sorted(ORDER) == sorted(there)


def test_no_arrow_points_upwards() -> None:
    """A package imports packages below it, and nothing above it: the domain never needs what assembles it."""
    rank = {name: place for place, name in enumerate(ORDER)}
    upwards = [
        f"{path} imports {name}: move it below {_package(path)}, or pass it in from above"
        for path in matching("api/*.py")
        for name in imported(path)
        if _package(path) in rank and name.split(".")[0] == "api" and len(name.split(".")) > 1
        if rank.get(name.split(".")[1], -1) > rank[_package(path)]
    ]
    assert upwards == []


def test_each_package_lists_its_modules() -> None:
    """The docstring of a package is a map of it: one line for each module and package in it."""
    wrong = []
    for init in matching("api/*__init__.py"):
        listed = re.findall(r"^ *(\w+)(?:\.py|/) +\S", ast.get_docstring(tree(init)) or "", re.MULTILINE)
        there = _inside(init.parent)
        wrong += [f"{init} does not list {name}" for name in sorted(there - set(listed))]
        wrong += [f"{init} lists {name}, which is not there" for name in sorted(set(listed) - there)]
    assert wrong == []


def _package(path: PurePosixPath) -> str:
    return path.parts[1].removesuffix(".py")


def _inside(folder: PurePosixPath) -> set[str]:
    """Return the names of the modules and packages in a folder."""
    modules = {path.stem for path in matching(f"{folder}/*.py") if path.parent == folder} - {"__init__", "__main__"}
    packages = {path.relative_to(folder).parts[0] for path in matching(f"{folder}/*.py") if path.parent != folder}
    # Migrations are named by what they do, one after the other.
    return {name for name in modules | packages if not name[0].isdigit()}
