"""The measured cost of a document: the sum of its operations, in the unit of cost_weights.py."""

from dataclasses import dataclass, field

from api.http.graphql import cost_weights

# Numbers that double with every fragment are not carried further than this.
ENOUGH = 10**7


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
        """Take another part beside this one."""
        self.depth = max(self.depth, other.depth)
        self.fields = min(self.fields + other.fields, ENOUGH)
        self.aliases = min(self.aliases + other.aliases, ENOUGH)
        self.directives = min(self.directives + other.directives, ENOUGH)
        self.repeats = min(self.repeats + other.repeats, ENOUGH)
        self.cost = min(self.cost + other.cost, ENOUGH)
        self.each = min(self.each + other.each, ENOUGH)
        self.planning = min(self.planning + other.planning, ENOUGH)

    def nest(self, other: "SelectionCost", times: int) -> None:
        """Take another part below this one, as many times as there are entries."""
        depth = self.depth
        self.add(other)
        self.depth = max(depth, other.depth + 1)
        self.cost = min(self.cost + (times - 1) * other.cost, ENOUGH)


@dataclass(slots=True)
class DocumentCost:
    """A measured document: the sum of its operations, and how many nodes were looked at to find it."""

    weight: SelectionCost = field(default_factory=SelectionCost)
    operations: int = 0
    spreads: int = 0
    value_depth: int = 0
    steps: int = 0
    circular: str | None = None
    tokens: int = 0

    @property
    def reading(self) -> int:
        """The cost of parsing, validating and compiling the document.

        Where it is not planned yet, executing it field by field takes as much more as a plan would have taken.
        """
        return cost_weights.TOKEN * self.tokens + self.planning

    @property
    def planning(self) -> int:
        """The cost of compiling the document."""
        return self.weight.planning

    @property
    def cost(self) -> int:
        """The cost of parsing the document and executing it once."""
        return min(self.weight.cost + self.reading, ENOUGH)
