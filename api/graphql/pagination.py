"""Keyset pagination: a page begins after the row of its cursor, and costs the same at any depth."""

import base64
import binascii
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tortoise.models import Model

from api.db.query.rows import Rows

Row = TypeVar("Row", bound=Model)


class Numbered(Protocol):
    """Whatever has a row number."""

    @property
    def id(self) -> int:
        """The row number."""


LARGEST_ID = 2**31 - 1
DEFAULT_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and whether there are others before and behind them."""

    rows: list[Row]
    has_next: bool
    has_previous: bool


def empty_page() -> Page[Row]:
    """Return a page of nothing."""
    return Page([], has_next=False, has_previous=False)


def clamp(first: int | None, max_size: int) -> int:
    """Return the length of a page for the argument `first`, between 1 and `max_size`."""
    return min(max(DEFAULT_SIZE if first is None else first, 1), max_size)


async def page_of(rows: Rows[Row], size: int, after: str | None, *, newest_first: bool = False) -> Page[Row]:
    """Return the rows behind the cursor `after`, `size` of them at most; an unusable cursor gives an empty page."""
    if after is not None:
        position = _position(after)
        if position is None:
            return empty_page()
        rows = rows.where(id__lt=position) if newest_first else rows.where(id__gt=position)
    found = await rows.ordered("-id" if newest_first else "id").first(size + 1).all()
    return Page(found[:size], has_next=len(found) > size, has_previous=after is not None and bool(found))


def cursor(row: Numbered) -> str:
    """Return the cursor of `row`."""
    return base64.urlsafe_b64encode(f"at:{row.id}".encode()).decode().rstrip("=")


def _position(text: str) -> int | None:
    try:
        kind, _, number = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    if kind != "at" or not (number.isascii() and number.isdigit()) or len(number) > len(str(LARGEST_ID)):
        return None
    return int(number) if int(number) <= LARGEST_ID else None
