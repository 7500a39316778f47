"""The results as a chart: for each work one bar per contestant, fastest first."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from tests.bench.rounds import Cell, Results

WIDTH, NAMES, BARS = 960, 320, 520
LINE, GAP, TITLE = 26, 26, 30
OURS, OTHERS, INK, QUIET = "#b4232a", "#8a9aa8", "#1d2733", "#5b6876"
FONT = "system-ui, 'Noto Sans CJK SC', sans-serif"


def drawing(results: Results, caption: str) -> str:
    """Return the chart as SVG; bars are comparable within a work."""
    parts: list[str] = []
    y = GAP
    for work in dict.fromkeys(cell.work for cell in results.measured):
        parts.append(_text(20, y + 4, work.title, INK, weight=600))
        y += TITLE
        ranked = sorted((cell for cell in results.measured if cell.work is work), key=results.rate, reverse=True)
        longest = results.rate(ranked[0])
        for cell in ranked:
            parts += _bar(results, cell, y, longest)
            y += LINE
        y += GAP
    parts.append(_text(20, y, caption, QUIET))
    height = y + GAP
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="14">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *parts,
        "</svg>",
        "",
    ])  # fmt: skip


def _bar(results: Results, cell: Cell, y: int, longest: float) -> Iterator[str]:
    rate = results.rate(cell)
    length = max(2.0, BARS * rate / longest)
    colour = OURS if "Hall" in cell.contestant.name else OTHERS
    yield _text(NAMES - 10, y + 4, cell.contestant.name, INK, anchor="end")
    yield f'<rect x="{NAMES}" y="{y - 9}" width="{length:.1f}" height="18" rx="2" fill="{colour}"/>'
    yield _text(NAMES + length + 8, y + 4, f"{rate:,.0f}", QUIET)


def _text(x: float, y: float, text: str, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
    )
