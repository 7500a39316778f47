"""The measured cost of a document and of each of its operations, in the unit of cost_weights.py."""

from dataclasses import dataclass, field

from api.http.graphql import cost_weights

# Sums are capped, because nested fragments can double them again and again.
COST_CAP = 10**7


@dataclass(slots=True)
class SelectionCost:
    """The cost of executing a selection."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    cost: int = 0
    # The cost for each entry of a page whose size is not known yet, as in a fragment.
    each: int = 0
    # The cost of compiling: once for each field of the document, whatever the length of its list.
    planning: int = 0

    def add(self, other: "SelectionCost") -> None:
        """Add a selection at the same level."""
        self.depth = max(self.depth, other.depth)
        self.fields = min(self.fields + other.fields, COST_CAP)
        self.aliases = min(self.aliases + other.aliases, COST_CAP)
        self.directives = min(self.directives + other.directives, COST_CAP)
        self.repeats = min(self.repeats + other.repeats, COST_CAP)
        self.cost = min(self.cost + other.cost, COST_CAP)
        self.each = min(self.each + other.each, COST_CAP)
        self.planning = min(self.planning + other.planning, COST_CAP)

    def nest(self, other: "SelectionCost", times: int) -> None:
        """Add a selection one level below, `times` times: once for each entry of a list."""
        depth = self.depth
        self.add(other)
        self.depth = max(depth, other.depth + 1)
        self.cost = min(self.cost + (times - 1) * other.cost, COST_CAP)


@dataclass(slots=True)
class DocumentCost:
    """The cost of a document, and the number of nodes visited to measure it.

    `execution` is the sum of its operations, which limits on the size of the text look at. A request executes one of
    them, whose cost is in `by_operation`.
    """

    execution: SelectionCost = field(default_factory=SelectionCost)
    by_operation: dict[str | None, int] = field(default_factory=dict)
    operations: int = 0
    spreads: int = 0
    value_depth: int = 0
    steps: int = 0
    circular: str | None = None
    tokens: int = 0

    @property
    def reading(self) -> int:
        """The cost of parsing, validating and compiling the document.

        Before the document is compiled, its execution field by field takes about as much longer as compiling takes.
        """
        return cost_weights.TOKEN * self.tokens + self.planning

    @property
    def planning(self) -> int:
        """The cost of compiling the document."""
        return self.execution.planning

    @property
    def cost(self) -> int:
        """The cost of parsing the document and executing its costliest operation once."""
        return min(max(self.by_operation.values(), default=0) + self.reading, COST_CAP)
