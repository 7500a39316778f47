"""How many people a document looks up, for the pace of staff: found in one pass over its text."""

from graphql import DocumentNode, FieldNode, Visitor, visit

from api.http.graphql.cost_weights import page_size

ONE_BY_ONE = frozenset({"person", "node"})
PAGES = "people"
SHOWN_IN_FULL = "revealed"


def lookups(document: DocumentNode, longest_page: int) -> int:
    """Return the number: a page of masked people counts once, a page with revealed people counts each."""
    counter = _Counter(longest_page)
    visit(document, counter)
    return counter.single + sum(counter.pages if counter.reveals else [1] * len(counter.pages))


class _Counter(Visitor):
    """Collects the fields that look a person up. A fragment counts once, since equal fields are answered once."""

    def __init__(self, longest_page: int) -> None:
        super().__init__()
        self._longest_page = longest_page
        self.single = 0
        self.pages: list[int] = []
        self.reveals = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Count a field."""
        name = node.name.value
        self.single += name in ONE_BY_ONE
        self.reveals = self.reveals or name == SHOWN_IN_FULL
        if name == PAGES:
            self.pages.append(page_size(node, self._longest_page))
