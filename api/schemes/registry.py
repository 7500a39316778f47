"""The schemes: each folder of this package that has a `scheme.py`, and the modules that HALL_SCHEMES names."""

import os
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_type_hints

from api.enrolment.scheme import Scheme
from api.errors import Malformed

MORE = "HALL_SCHEMES"
"""The environment variable that names the packages of further schemes, separated by commas."""


def _packages() -> Iterator[str]:
    here = __name__.rpartition(".")[0]
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.ispkg and find_spec(f"{here}.{found.name}.scheme") is not None:
            yield f"{here}.{found.name}"
    yield from (name.strip() for name in os.environ.get(MORE, "").split(",") if name.strip())


class MalformedScheme(Malformed):
    """A scheme is not complete, or collides with another; the message names its package and what to mend."""


def load(packages: Iterable[str]) -> dict[str, Scheme]:
    """Return the schemes of these packages by name, or raise MalformedScheme."""
    found = {package: _scheme_of(package) for package in packages}
    for attribute in ("name", "person_field", "id_prefix"):
        values = [getattr(scheme, attribute) for scheme in found.values()]
        if twice := {value for value in values if values.count(value) > 1}:
            raise MalformedScheme(f"Two schemes have the {attribute} {', '.join(sorted(twice))}: give each its own.")
    return {scheme.name: scheme for scheme in found.values()}


def _scheme_of(package: str) -> Scheme:
    try:
        scheme = import_module(f"{package}.scheme").SCHEME
    except ModuleNotFoundError as missing:
        raise MalformedScheme(
            f"{package}: {missing.name} was not found. {MORE} names packages that Python can import, each with a "
            "scheme.py: see docs/add-a-scheme.md."
        ) from None
    except AttributeError:
        raise MalformedScheme(f"{package}: scheme.py has no SCHEME.") from None
    if not isinstance(scheme, Scheme):
        raise MalformedScheme(f"{package}: SCHEME is no Scheme of api/enrolment/scheme.py.")
    for name in get_type_hints(Scheme):
        if not hasattr(scheme, name):
            raise MalformedScheme(f"{package}: the scheme has no {name}: see docs/add-a-scheme.md.")
    codes = [rule.code for rule in scheme.rulebook.rules]
    if undescribed := [code for code in codes if code not in scheme.rule_codes]:
        raise MalformedScheme(f"{package}: rule_codes does not describe {', '.join(undescribed)}.")
    figures = {period.key for period in scheme.parameters.periods}
    if unknown := {key for rule in scheme.rulebook.rules for key in rule.reads if key not in figures}:
        raise MalformedScheme(f"{package}: rules read {', '.join(sorted(unknown))}, which the parameters do not have.")
    return scheme


SCHEMES: Mapping[str, Scheme] = load(_packages())
"""The schemes by name; flexible employment is the first."""


def scheme_of_id(public_id: str) -> Scheme:
    """Return the scheme to which the public id of an enrolment belongs; the first one for an unknown id."""
    prefix = public_id.strip().partition("_")[0]
    return next((each for each in SCHEMES.values() if each.id_prefix == prefix), next(iter(SCHEMES.values())))


async def update_standings(persons: Collection[int], on: date) -> None:
    """Store the status of these people's enrolments in every scheme, in the transaction that changed their record."""
    for scheme in SCHEMES.values():
        await scheme.store.update_standings(persons, on)
