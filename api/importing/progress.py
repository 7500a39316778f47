"""The progress of an import: a bar on a terminal, plain lines elsewhere."""

import sys
from typing import Self

from tqdm import tqdm

from api.terminal import say

EVERY = 20_000


class Progress:
    """The progress through one file, in bytes on a terminal and in rows elsewhere."""

    def __init__(self, name: str, size: int | None) -> None:
        self._name = name
        self._bar = (
            tqdm(total=size, desc=name, unit="B", unit_scale=True)
            if sys.stderr is not None and sys.stderr.isatty()
            else None
        )
        self._said = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, size: int, rows: int) -> None:
        """Add `size` bytes, and set the total to `rows` rows."""
        if self._bar is not None:
            self._bar.update(size)
        elif rows - self._said >= EVERY:
            self._said = rows
            say(f"{self._name}: {rows} rows", error=True)
