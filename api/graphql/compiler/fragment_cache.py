"""JSON that is written once and looked up from then on: codes with their names, and what is said of one fact."""

from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

from msgspec import Raw
from msgspec.json import encode

from api.graphql.compiler.serializers import Writer
from api.graphql.fields import Coded

CACHED_BY = "cached_by"
MOST_TEXTS = 256
# A few hundred bytes each.
MOST_VALUES = 20_000


class CodeFragments:
    """What a selection shows of each code of a table, which does not depend on who asks.

    `known` has those that were met: a plain dict, in which plans look first.
    """

    def __init__(self, source: Coded, write: Writer, *, is_nullable: bool) -> None:
        self.known: dict[str | None, Raw | None] = {None: None} if is_nullable else {}
        self._source = source
        self._write = write

    def __getitem__(self, code: str) -> Raw | None:
        """Return a code's; one that the table does not know is not remembered: there may be any number of them."""
        if code in self.known:
            return self.known[code]
        text = _text(self._write(self._source.show(code)))
        if self._source.is_known(code):
            self.known[code] = text
        return text


class ValueFragments:
    """What a selection shows of a few values, such as an employer's code and name, and not of who asks; None of None.

    Many rows have the same. There may be any number of them, in any number of selections: so many are kept in all.
    `known` is as that of `CodeFragments`.
    """

    _all: ClassVar["WeakSet[ValueFragments]"] = WeakSet()
    _remembered: ClassVar[int] = 0

    def __init__(self, write: Callable[[tuple[Any, ...]], Any]) -> None:
        self.known: dict[tuple[Any, ...] | None, Raw | None] = {None: None}
        self._write = write
        self._all.add(self)

    def __getitem__(self, values: tuple[Any, ...] | None) -> Raw | None:
        """Return what is shown of values."""
        if values is None or values in self.known:
            return self.known[values]
        text = self.known[values] = _text(self._write(values))
        ValueFragments._remembered += 1
        if ValueFragments._remembered >= MOST_VALUES:
            for each in self._all:
                each.known.clear()
                each.known[None] = None
            ValueFragments._remembered = 0
        return text


class ObjectFragments:
    """What a selection shows of sources that never change, such as a notice or a verdict, and not of who asks.

    The schema's extension CACHED_BY names, for a GraphQL type, the attribute that holds its source.
    """

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._texts: dict[int, tuple[Any, Raw]] = {}

    def __call__(self, shown: Any, source: Any) -> Raw:
        """Return the text of `shown`, which shows `source`."""
        found = self._texts.get(id(source))
        # The source is kept with its text, so that no other object can have its identity meanwhile.
        if found is not None:
            return found[1]
        text = _text(self._write(shown))
        if len(self._texts) >= MOST_TEXTS:
            self._texts.clear()
        self._texts[id(source)] = (source, text)
        return text


def _text(written: Any) -> Raw:
    return Raw(encode(written))
