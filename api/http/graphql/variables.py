"""Limits on variables and extensions, checked before graphql-core coerces them."""

from typing import Any

from api.graphql.limits import LIMITS
from api.http.responses import HTTPRefusal

MAX_NAME_LENGTH = 255


def require_plain(value: dict[str, Any], member: str) -> None:
    """Raise HTTPRefusal where `value` holds a NUL, a long key or too many values, or nests too deeply.

    The cost of coercion grows with the number of values, and each error message of graphql-core walks the whole object.
    The search goes level by level and does not recurse.
    """
    level: list[Any] = [value]
    left = LIMITS.max_variable_values
    for _ in range(LIMITS.max_depth + 1):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                left -= len(each)
                if left >= 0:
                    _require_keys(each, member)
                    inner += each.values()
            elif isinstance(each, list):
                left -= len(each)
                if left >= 0:
                    inner += each
            elif isinstance(each, str) and "\0" in each:
                raise HTTPRefusal(400, "A variable has a NUL character; leave it out.")
        if left < 0:
            raise HTTPRefusal(
                400, f"The {member} have more than {LIMITS.max_variable_values} keys and list items; send fewer."
            )
        level = inner
        if not level:
            return
    raise HTTPRefusal(400, f"The {member} nest deeper than {LIMITS.max_depth} levels.")


def _require_keys(value: dict[str, Any], member: str) -> None:
    for name in value:
        if len(name) > MAX_NAME_LENGTH:
            raise HTTPRefusal(400, f"A key of the {member} has more than {MAX_NAME_LENGTH} characters.")
        if "\0" in name:
            raise HTTPRefusal(400, "A variable has a NUL character; leave it out.")
