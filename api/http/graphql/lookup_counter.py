"""The number of people that a document looks up, for the rate limit of staff: counted in one pass over its text."""

from graphql import DocumentNode, FieldNode, Visitor, visit

from api.http.graphql.cost_weights import page_size

SINGLE_FIELDS = frozenset({"person", "personBy", "node"})
PAGE_FIELD = "people"
REVEALED_FIELD = "revealed"


def count_lookups(document: DocumentNode, max_page_size: int) -> int:
    """Return the number: a page of masked people counts once, a page with revealed people counts each."""
    counter = _Counter(max_page_size)
    visit(document, counter)
    return counter.single + sum(counter.pages if counter.reveals else [1] * len(counter.pages))


class _Counter(Visitor):
    """Collects the fields that look a person up. A fragment counts once, since equal fields are answered once."""

    def __init__(self, max_page_size: int) -> None:
        super().__init__()
        self._max_page_size = max_page_size
        self.single = 0
        self.pages: list[int] = []
        self.reveals = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Count a field."""
        name = node.name.value
        self.single += name in SINGLE_FIELDS
        self.reveals = self.reveals or name == REVEALED_FIELD
        if name == PAGE_FIELD:
            self.pages.append(page_size(node, self._max_page_size))
