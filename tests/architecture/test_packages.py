"""Dependencies between the packages of api/, and their docstrings."""

import ast
import re
from pathlib import PurePosixPath

from tests.architecture.sources import imported, matching, tree

# Bottom-up: a package imports only packages listed before it.
ORDER = (
    # usable by every other package
    "errors", "text", "zone", "clock", "timeouts", "terminal", "adapters", "encryption", "environment", "settings",
    # substrate: knows nothing of the domain
    "db", "graphql", "http",
    # domain
    "law", "codes", "offices", "accesslog", "accounts", "people", "enrolment", "schemes", "webhooks",
    # data of the whole domain
    "migrations", "importing", "demo",
    # assembly
    "schema", "lifespan", "app", "server", "cli", "__main__",
)  # fmt: skip


def test_all_packages_are_ordered() -> None:
    """Each module and package of api/ is in the order once."""
    there = {path.parts[1].removesuffix(".py") for path in matching("api/*.py")} - {"__init__"}
    assert sorted(ORDER) == sorted(there)


def test_packages_import_only_lower_packages() -> None:
    """A package imports packages below it, and none above it."""
    rank = {name: place for place, name in enumerate(ORDER)}
    upwards = [
        f"{path} imports {name}: move it below {_package(path)}, or pass it in from above"
        for path in matching("api/*.py")
        for name in imported(path)
        if _package(path) in rank and name.split(".")[0] == "api" and len(name.split(".")) > 1
        if rank.get(name.split(".")[1], -1) > rank[_package(path)]
    ]
    assert upwards == []


def test_package_docstrings_list_modules() -> None:
    """The docstring of a package has one line for each of its modules and packages."""
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
    # Migrations have numbered names.
    return {name for name in modules | packages if not name[0].isdigit()}
