"""Keyset pagination: a page begins behind or before the row of its cursor, and costs the same at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar, cast

from tortoise.models import Model

from api.db.query.rows import Rows
from api.encryption.opaque import number_of, opaque

Row = TypeVar("Row", bound=Model)


class Numbered(Protocol):
    """Whatever has a row number."""

    @property
    def id(self) -> int:
        """The row number."""


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
    """Some rows of a list of a kind, and whether there are others before and behind them.

    A page that `stopped_at` a candidate is not full, and the list goes on from there.
    """

    kind: str
    rows: list[Row]
    has_next: bool
    has_previous: bool
    stopped_at: int | None = None
    is_last: bool = False

    @property
    def start_cursor(self) -> str | None:
        """The cursor before which the list has other rows."""
        return self._edge(0, is_stop=self.is_last)

    @property
    def end_cursor(self) -> str | None:
        """The cursor behind which the list has other rows."""
        return self._edge(-1, is_stop=not self.is_last)

    def _edge(self, place: int, *, is_stop: bool) -> str | None:
        if is_stop and self.stopped_at is not None:
            return cursor(self.kind, self.stopped_at)
        return self.cursor(cast("Numbered", self.rows[place])) if self.rows else None

    def cursor(self, row: Numbered) -> str:
        """Return the cursor of one of the rows."""
        return cursor(self.kind, row.id)


def empty_page(kind: str = "") -> Page[Row]:
    """Return a page of nothing."""
    return Page(kind, [], has_next=False, has_previous=False)


def clamp(size: int | None, max_size: int) -> int:
    """Return the length of a page for the argument `first` or `last`, between 0 and `max_size`."""
    return min(max(DEFAULT_SIZE if size is None else size, 0), max_size)


@dataclass(frozen=True, slots=True)
class Candidates(Generic[Row]):
    """Rows among which those of a list are, in its order; a page looks at so many of them."""

    rows: Rows[Row]
    at_most: int


async def page_of(  # noqa: PLR0913 - a list, its order, and its candidates
    kind: str,
    rows: Rows[Row],
    window: Window,
    *,
    by: str | None = None,
    newest_first: bool = False,
    among: Candidates[Row] | None = None,
) -> Page[Row]:
    """Return the rows in a window of a list, in the order of the column `by` and of their ids.

    An unusable cursor gives an empty page. `among` may end a page before it is full, but no list.
    """
    sides: dict[str, Any] = {}
    for text, is_behind in ((window.after, True), (window.before, False)):
        if text is None:
            continue
        position = number_of(kind, text)
        comparison = "lt" if is_behind is newest_first else "gt"
        side = None if position is None else await _side(rows, position, by, comparison)
        if side is None:
            return empty_page(kind)
        sides |= side
    rows = rows.where(**sides)
    # The last rows are read backwards.
    sign = "-" if newest_first is not window.is_last else ""
    stop = None
    if among is not None:
        candidates = among.rows.only(()).where(**sides).ordered(f"{sign}id")
        last = await candidates.nth(among.at_most)
        stop = None if last is None else cast("Numbered", last).id
        if stop is not None:
            rows = rows.where(**{"id__gte" if window.is_last else "id__lte": stop})
    found = await rows.ordered(*(f"{sign}{name}" for name in (by, "id") if name)).first(window.size + 1).all()
    shown, has_more = found[: window.size], len(found) > window.size
    page = _page(kind, window, shown[::-1] if window.is_last else shown, is_empty=not found, has_more=has_more)
    return page if stop is None or has_more else _stopped(page, stop, window)


def _stopped(page: Page[Row], at: int, window: Window) -> Page[Row]:
    """Return a page behind or before which there may be others, as if there were."""
    has_previous, has_next = (True, window.before is not None) if window.is_last else (window.after is not None, True)
    return replace(page, has_previous=has_previous, has_next=has_next, stopped_at=at, is_last=window.is_last)


async def _side(rows: Rows[Row], position: int, by: str | None, comparison: str) -> dict[str, Any] | None:
    """Return the condition for the rows on one side of a row; None where that row is needed and is not in the list."""
    if by is None:
        return {f"id__{comparison}": position}
    row = await rows.only((by,)).where(id=position).one()
    return None if row is None else {f"{by}__{comparison}_with_id": (getattr(row, by), position)}


def page_among(kind: str, rows: Sequence[Row], window: Window) -> Page[Row]:
    """Return the rows in a window of a list that is read as a whole; an unusable cursor gives an empty page."""
    edges = [0, len(rows)]
    for side, text in enumerate((window.after, window.before)):
        if text is not None:
            position = number_of(kind, text)
            found = next((place for place, row in enumerate(rows) if cast("Numbered", row).id == position), None)
            if found is None:
                return empty_page(kind)
            edges[side] = found if side else found + 1
    between = list(rows[edges[0] : edges[1]])
    shown = between[max(0, len(between) - window.size) :] if window.is_last else between[: window.size]
    return _page(kind, window, shown, is_empty=not between, has_more=len(between) > window.size)


def _page(kind: str, window: Window, shown: list[Row], *, is_empty: bool, has_more: bool) -> Page[Row]:
    """Return the rows of a window that has more or not, and is empty or not, whatever its size."""
    if window.is_last:
        return Page(kind, shown, has_next=window.before is not None and not is_empty, has_previous=has_more)
    return Page(kind, shown, has_next=has_more, has_previous=window.after is not None and not is_empty)


def cursor(kind: str, row: int) -> str:
    """Return the cursor of a row of a kind."""
    return opaque(kind, row)
