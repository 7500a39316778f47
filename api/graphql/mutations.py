"""Mutations that a rate limit refuses with a typed result."""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from api.graphql.context import RequestContext
from api.graphql.types import rate_limited


class RefusedWhileLimited(FieldExtension):
    """Answers with an AccessProblem instead of carrying the mutation out."""

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext, None], **kwargs: Any
    ) -> Any:
        """Return the result of the mutation, or an AccessProblem with the seconds to wait."""
        context = info.context
        if context.wait:
            return rate_limited(context.wait, context.request_id)
        result = await next_(source, info, **kwargs)
        # What the result shows of the record is read after the write.
        # guard: results-are-read-after-the-write
        context.forget()
        return result


def rate_limited_mutation(description: str) -> Any:
    """Return the decorator of a mutation whose result is a union with AccessProblem."""
    return strawberry.mutation(description=description, extensions=[RefusedWhileLimited()])
