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
    """Return the QR code of a text with error correction level M (15%)."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    runs = (
        f"M{start + QUIET_ZONE} {line + QUIET_ZONE}h{length}v1h-{length}z"
        for line, row in enumerate(rows)
        for start, length in _dark_runs(row)
    )
    return QrCode(len(rows) + 2 * QUIET_ZONE, "".join(runs))


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        else:
            runs.append((place, 1))
    return runs
