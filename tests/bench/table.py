"""The results as text: a table for each work, fastest first, and one of the goals."""

from collections.abc import Iterator, Sequence

from tests.bench.contestants import (
    HANDWRITTEN,
    HANDWRITTEN_ON_POSTGRESQL,
    MERCURIUS,
    POSTGRAPHILE,
    REGISTERING,
    STRAWBERRY,
)
from tests.bench.goals import measured_goals
from tests.bench.rounds import Cell, Results
from tests.bench.works import Work

# The contestants with which all others are compared.
YARDSTICKS = (MERCURIUS, STRAWBERRY, HANDWRITTEN, HANDWRITTEN_ON_POSTGRESQL, POSTGRAPHILE, REGISTERING)


def table(results: Results) -> str:
    """Return the tables."""
    works = dict.fromkeys(cell.work for cell in results.measured)
    tables = [*(_work(results, work) for work in works), _goals(results)]
    return "\n\n".join("\n".join(_markdown(rows)) for rows in tables if len(rows) > 1)


def _work(results: Results, work: Work) -> list[list[str]]:
    ranked = sorted((cell for cell in results.measured if cell.work is work), key=results.rate, reverse=True)
    references = [Cell(work, each) for each in YARDSTICKS if Cell(work, each) in results.measured]
    header = [work.title, "a second", *(f"× {cell.contestant.brief}" for cell in references), "p99 ms", "spread"]
    return [header, *(_row(results, cell, references) for cell in ranked)]


def _row(results: Results, cell: Cell, references: Sequence[Cell]) -> list[str]:
    return [
        cell.contestant.name,
        f"{results.rate(cell):,.0f}",
        *(f"{results.ratio(cell, other):.2f}" for other in references),
        f"{results.slowest(cell):.1f}",
        f"{results.spread(cell):.0%}",
    ]


def _goals(results: Results) -> list[list[str]]:
    header = ["Goal", "at least", "measured", ""]
    rows = [
        [goal.name, f"{goal.ratio:.2f}", f"{ratio:.2f}", "reached" if ratio >= goal.ratio else "missed"]
        for goal, ratio in measured_goals(results)
    ]
    return [header, *rows]


def _markdown(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows as an aligned Markdown table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for row in [rows[0], rule, *rows[1:]]:
        cells = [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        yield f"| {' | '.join(cells)} |"
