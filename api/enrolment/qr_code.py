"""QR codes (ISO/IEC 18004) as the data of an SVG path, so that any client can draw them without a library."""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code of `size` by `size` modules, its quiet zone of four included; `path` fills the dark ones."""

    size: int
    path: str


@lru_cache(maxsize=256)
def qr_code(text: str) -> QrCode:
    """Return the code of a text, with error correction of level M: an eighth of it may be stained."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    runs = (
        f"M{start + QUIET_ZONE} {line + QUIET_ZONE}h{length}v1h-{length}z"
        for line, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return QrCode(len(rows) + 2 * QUIET_ZONE, "".join(runs))


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return where dark runs begin in a row, and how long they are."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((place, 1))
    return found
