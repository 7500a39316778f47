"""The wording of graphql-core's error messages, which is not public, as read in version 3.3.2."""

import re

from graphql import GraphQLSyntaxError

READ_IN = "3.3.2"
QUOTED_VALUE = re.compile(
    r"""(cannot represent [^:'"]*|found): .*|(found (?:String|BlockString|Int|Float)) .*""", re.DOTALL
)
"""The place of an invalid value in a message; long values are shortened, so the quote equals no value."""


def too_many_tokens(error: GraphQLSyntaxError) -> bool:
    """Return whether parsing ended because the document has more tokens than allowed."""
    return " tokens. Parsing aborted." in error.message
