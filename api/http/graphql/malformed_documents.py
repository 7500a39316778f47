"""Documents that are not executed, with the errors that are sent for them."""

from typing import Any

from graphql import DocumentNode, GraphQLError

from api.graphql.limits import LIMITS

# The code of a document that exceeds a limit.
LIMIT = "LIMIT_EXCEEDED"


class MalformedDocument(Exception):
    """A document that is not executed; `errors` are the reasons, and may quote from `document`.

    `code` is the `extensions.code` of the errors that have none of their own.
    """

    def __init__(self, errors: list[GraphQLError], code: str, document: DocumentNode | None = None) -> None:
        super().__init__("malformed GraphQL document")
        self.errors = errors
        self.code = code
        self.document = document

    def formatted(self) -> list[dict[str, Any]]:
        """Return the errors as they are sent, each with its code."""
        errors: list[dict[str, Any]] = [dict(error.formatted) for error in self.errors[: LIMITS.max_errors]]
        return [error | {"extensions": {"code": self.code, **(error.get("extensions") or {})}} for error in errors]


def not_selected(message: str) -> MalformedDocument:
    """Return the error of a document of which no operation is selected."""
    return MalformedDocument([GraphQLError(message)], "OPERATION_RESOLUTION_FAILURE")


class UntrustedDocument(Exception):
    """A document that is not trusted, or an identifier of no trusted document."""
