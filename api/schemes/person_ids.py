"""The global ids of a scheme for one person: the name of the scheme, and the person's public id without its prefix."""

from api.enrolment.scheme import Scheme
from api.schemes.registry import SCHEMES

PERSON, BETWEEN = "person_", "."


def id_of(person: str, scheme: Scheme) -> str:
    """Return the id of a scheme for the person with this public id."""
    return f"{scheme.name}{BETWEEN}{person.removeprefix(PERSON)}"


def person_and_scheme(public_id: str) -> tuple[str, Scheme | None]:
    """Return the person's public id in such an id, and the scheme; any other id as it is, without a scheme."""
    name, between, person = public_id.partition(BETWEEN)
    scheme = SCHEMES.get(name) if between else None
    return (public_id, None) if scheme is None else (f"{PERSON}{person}", scheme)
