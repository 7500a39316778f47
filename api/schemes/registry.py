"""The schemes: each folder of this package that has a `scheme.py`, and the modules that HALL_SCHEMES names."""

import os
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from api.enrolment.scheme import Scheme

MORE = "HALL_SCHEMES"
"""The environment variable that names the packages of further schemes, separated by commas."""


def _packages() -> Iterator[str]:
    here = __name__.rpartition(".")[0]
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.ispkg and find_spec(f"{here}.{found.name}.scheme") is not None:
            yield f"{here}.{found.name}"
    yield from (name.strip() for name in os.environ.get(MORE, "").split(",") if name.strip())


def _load() -> dict[str, Scheme]:
    found: list[Scheme] = [import_module(f"{package}.scheme").SCHEME for package in _packages()]
    by_name = {scheme.name: scheme for scheme in found}
    for attribute in ("name", "person_field", "id_prefix"):
        values = [getattr(scheme, attribute) for scheme in found]
        if twice := {value for value in values if values.count(value) > 1}:
            raise ValueError(f"two schemes have the {attribute} {', '.join(sorted(twice))}")
    return by_name


SCHEMES: Mapping[str, Scheme] = _load()
"""The schemes by name; flexible employment is the first."""


def scheme_of_id(public_id: str) -> Scheme:
    """Return the scheme to which the public id of an enrolment belongs; the first one for an unknown id."""
    prefix = public_id.strip().partition("_")[0]
    return next((each for each in SCHEMES.values() if each.id_prefix == prefix), next(iter(SCHEMES.values())))


async def update_standings(persons: Collection[int], on: date) -> None:
    """Store the status of these people's enrolments in every scheme, in the transaction that changed their record."""
    for scheme in SCHEMES.values():
        await scheme.store.update_standings(persons, on)
