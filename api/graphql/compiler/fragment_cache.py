"""Caches of encoded JSON fragments: codes with their names, joined rows, and immutable objects."""

from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

from msgspec import Raw
from msgspec.json import encode

from api.graphql.compiler.serializers import Writer
from api.graphql.fields import Coded

CACHED_BY = "cached_by"
MAX_TEXTS = 256
# Each entry takes a few hundred bytes.
MAX_VALUES = 20_000


class CodeFragments:
    """The JSON of one selection for each code of a table; it does not depend on the account.

    `known` is the cache: a plain dict, which plans read directly.
    """

    def __init__(self, source: Coded, write: Writer, *, is_nullable: bool) -> None:
        self.known: dict[str | None, Raw | None] = {None: None} if is_nullable else {}
        self._source = source
        self._write = write

    def __getitem__(self, code: str) -> Raw | None:
        """Return the JSON of a code. Codes that the table does not have are not cached: their number has no limit."""
        if code in self.known:
            return self.known[code]
        text = _text(self._write(self._source.show(code)))
        if self._source.is_known(code):
            self.known[code] = text
        return text


class ValueFragments:
    """The JSON of one selection for a tuple of values, such as an employer's code and name; None for None.

    Many rows share the same values. MAX_VALUES limits the entries of all selections together; then all are evicted.
    `known` is the cache, as in `CodeFragments`.
    """

    _all: ClassVar["WeakSet[ValueFragments]"] = WeakSet()
    _count: ClassVar[int] = 0

    def __init__(self, write: Callable[[tuple[Any, ...]], Any]) -> None:
        self.known: dict[tuple[Any, ...] | None, Raw | None] = {None: None}
        self._write = write
        self._all.add(self)

    def __getitem__(self, values: tuple[Any, ...] | None) -> Raw | None:
        """Return the JSON for values."""
        if values is None or values in self.known:
            return self.known[values]
        text = self.known[values] = _text(self._write(values))
        ValueFragments._count += 1
        if ValueFragments._count >= MAX_VALUES:
            for each in self._all:
                each.known.clear()
                each.known[None] = None
            ValueFragments._count = 0
        return text


class ObjectFragments:
    """The JSON of one selection for objects that never change, such as a notice or a verdict.

    The schema's extension CACHED_BY names, for a GraphQL type, the attribute that holds its source.
    """

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._texts: dict[int, tuple[Any, Raw]] = {}

    def __call__(self, shown: Any, source: Any) -> Raw:
        """Return the JSON of `shown`, cached by the identity of `source`."""
        found = self._texts.get(id(source))
        # The cache entry refers to the source, so that no other object can get its identity.
        if found is not None:
            return found[1]
        text = _text(self._write(shown))
        if len(self._texts) >= MAX_TEXTS:
            self._texts.clear()
        self._texts[id(source)] = (source, text)
        return text


def _text(written: Any) -> Raw:
    return Raw(encode(written))
