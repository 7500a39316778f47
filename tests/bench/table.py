"""What came out, as text: a table for each work, the fastest first."""

from collections.abc import Iterator, Sequence

from tests.bench.contestants import Contestant
from tests.bench.rounds import Cell, Results


def table(results: Results, beside: Sequence[Contestant]) -> str:
    """Return the tables, with the ratios to some contestants."""
    return "\n\n".join("\n".join(lines) for lines in _tables(results, beside))


def _tables(results: Results, beside: Sequence[Contestant]) -> Iterator[list[str]]:
    for work in dict.fromkeys(cell.work for cell in results.measured):
        header = [work.title, "a second", *(f"× {other.brief}" for other in beside), "p99 ms", "spread"]
        rows = [
            _row(results, cell, beside)
            for cell in sorted(results.measured, key=results.rate, reverse=True)
            if cell.work is work
        ]
        yield list(_lined_up([header, *rows]))


def _row(results: Results, cell: Cell, beside: Sequence[Contestant]) -> list[str]:
    ratios = [results.ratio(cell, Cell(cell.work, other)) for other in beside]
    return [
        cell.contestant.name,
        f"{results.rate(cell):,.0f}",
        *("–" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
        f"{results.slowest(cell):.1f}",
        f"{results.spread(cell):.0%}",
    ]


def _lined_up(rows: list[list[str]]) -> Iterator[str]:
    """Yield the rows as lines of Markdown, columns below one another."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for row in [rows[0], rule, *rows[1:]]:
        cells = [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        yield f"| {' | '.join(cells)} |"
