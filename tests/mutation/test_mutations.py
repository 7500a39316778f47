"""Each guard is applicable; `make mutation-test` removes them."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.sources import no_offenders
from tests.mutation.guard import CHECKOUT, InvalidGuard, anchors, find_location
from tests.mutation.guards import GUARDS


def test_guards_are_applicable() -> None:
    """Each guard has one anchor, and its change yields different code that compiles."""
    no_offenders(
        invalid_guards(),
        "Put `# guard: its-name` above the statement in api/, or correct its change in tests/mutation.",
    )


def test_anchors_belong_to_one_guard() -> None:
    """Each anchor in api/ belongs to exactly one guard."""
    names = Counter(guard.name for guard in GUARDS)
    no_offenders(
        (f"{path.relative_to(CHECKOUT)}: {name}" for name, path in anchors() if names[name] != 1),
        "Add one guard to tests/mutation, or remove the comment.",
    )


def test_tests_of_guards_exist() -> None:
    """The tests of each guard are existing files or folders."""
    no_offenders(
        (f"{guard.name}: {path}" for guard in GUARDS for path in guard.tests.split() if not (CHECKOUT / path).exists()),
        "Name existing tests in tests/mutation.",
    )


def invalid_guards() -> Iterator[str]:
    """Yield each guard that cannot be removed, with the reason."""
    for guard in GUARDS:
        try:
            found = find_location(guard)
            changed = ast.parse(found.without(guard.change))
        except (InvalidGuard, SyntaxError) as error:
            yield f"{guard.name}: {error}"
        else:
            if ast.dump(changed) == ast.dump(ast.parse(found.text)):
                yield f"{guard.name}: its change changes nothing in {found.path.relative_to(CHECKOUT)}"
