"""Keyset pagination: a page begins behind or before the row of its cursor, and costs the same at any depth."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tortoise.models import Model

from api.db.query.rows import Rows
from api.encryption.opaque import number_of, opaque

Row = TypeVar("Row", bound=Model)


class Numbered(Protocol):
    """Whatever has a row number."""

    @property
    def id(self) -> int:
        """The row number."""


LARGEST_ID = 2**63 - 1
DEFAULT_SIZE = 20


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is requested: at most `size` rows between two cursors, from its beginning or its end."""

    size: int
    after: str | None = None
    before: str | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list of a kind, and whether there are others before and behind them."""

    kind: str
    rows: list[Row]
    has_next: bool
    has_previous: bool

    def cursor(self, row: Numbered) -> str:
        """Return the cursor of one of the rows."""
        return cursor(self.kind, row.id)


def empty_page(kind: str = "") -> Page[Row]:
    """Return a page of nothing."""
    return Page(kind, [], has_next=False, has_previous=False)


def clamp(size: int | None, max_size: int) -> int:
    """Return the length of a page for the argument `first` or `last`, between 0 and `max_size`."""
    return min(max(DEFAULT_SIZE if size is None else size, 0), max_size)


async def page_of(kind: str, rows: Rows[Row], window: Window, *, newest_first: bool = False) -> Page[Row]:
    """Return the rows in a window of a list; an unusable cursor gives an empty page."""
    for text, is_behind in ((window.after, True), (window.before, False)):
        if text is None:
            continue
        position = number_of(kind, text)
        if position is None or position > LARGEST_ID:
            return empty_page(kind)
        rows = rows.where(id__lt=position) if is_behind is newest_first else rows.where(id__gt=position)
    # The last rows are read backwards.
    order = "-id" if newest_first is not window.is_last else "id"
    found = await rows.ordered(order).first(window.size + 1).all()
    shown, has_more = found[: window.size], len(found) > window.size
    if window.is_last:
        is_before = window.before is not None and bool(found)
        return Page(kind, shown[::-1], has_next=is_before, has_previous=has_more)
    return Page(kind, shown, has_next=has_more, has_previous=window.after is not None and bool(found))


def cursor(kind: str, row: int) -> str:
    """Return the cursor of a row of a kind."""
    return opaque(kind, row)
