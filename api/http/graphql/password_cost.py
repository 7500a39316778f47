"""What a document has done in a thread: a password is checked, which takes a processor as long as a large page.

Nobody waits for it in the event loop, so it is no part of what a document may cost; whoever sends many pays for each.
"""

from graphql import DocumentNode, FieldNode, Visitor, visit

SIGN_IN = "signIn"
# 48 ms, in plain fields of an answer: see weights.py. One request is one try, however often it names the field.
COST = 16_000


def password_cost(document: DocumentNode) -> int:
    """Return what a document costs beside its answer."""
    counter = _Counter()
    visit(document, counter)
    return COST if counter.signs_in else 0


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.signs_in = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """See whether a field signs in."""
        self.signs_in = self.signs_in or node.name.value == SIGN_IN
