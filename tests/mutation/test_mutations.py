"""That each guard is where its removal looks for it; `make mutation-test` takes them away."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.sources import no_offenders
from tests.mutation.guard import CHECKOUT, Stray, anchors, place
from tests.mutation.guards import GUARDS


def test_each_guard_stands_in_one_place() -> None:
    """Its name is at one place, and what is left without it is other code that compiles."""
    no_offenders(
        strays(), "Put `# guard: its-name` above the statement in api/, or say in tests/mutation what becomes of it."
    )


def test_each_anchor_is_of_one_guard() -> None:
    """No comment promises a guard that nothing takes away, and none is taken away under two names."""
    names = Counter(guard.name for guard in GUARDS)
    no_offenders(
        (f"{path.relative_to(CHECKOUT)}: {name}" for name, path in anchors() if names[name] != 1),
        "Say in tests/mutation, once, what becomes of the statement, or remove the comment.",
    )


def test_who_should_notice_is_there() -> None:
    """The tests of each guard are files or folders of this checkout."""
    no_offenders(
        (f"{guard.name}: {path}" for guard in GUARDS for path in guard.tests.split() if not (CHECKOUT / path).exists()),
        "Name the tests that should notice in tests/mutation.",
    )


def strays() -> Iterator[str]:
    """Yield each guard that cannot be taken away, with the reason."""
    for guard in GUARDS:
        try:
            found = place(guard)
            changed = ast.parse(found.without(guard.change))
        except (Stray, SyntaxError) as error:
            yield f"{guard.name}: {error}"
        else:
            if ast.dump(changed) == ast.dump(ast.parse(found.text)):
                yield f"{guard.name}: its change changes nothing in {found.path.relative_to(CHECKOUT)}"
