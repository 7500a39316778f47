"""What a document was found to come to: the sum of its operations, in the unit of weights.py."""

from dataclasses import dataclass, field

from api.http.graphql import cost_weights

# Numbers that double with every fragment are not carried further than this.
ENOUGH = 10**7


@dataclass(slots=True)
class SelectionCost:
    """What executing a part of a document comes to."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    cost: int = 0
    # The part of the cost that comes once for each entry of a page whose size is not known yet: that of a fragment.
    each: int = 0
    # What planning comes to: once for each field of the document, however often the field is answered.
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
        """What it comes to to parse and validate the document, and to plan it.

        Where it is not planned yet, executing it field by field takes as much more as a plan would have taken.
        """
        return cost_weights.TOKEN * self.tokens + self.planning

    @property
    def planning(self) -> int:
        """What it comes to to plan the document."""
        return self.weight.planning

    @property
    def cost(self) -> int:
        """What reading the document and executing it once come to."""
        return min(self.weight.cost + self.reading, ENOUGH)
