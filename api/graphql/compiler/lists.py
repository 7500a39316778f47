"""Generates the code for lists of objects or rows, with one batched load for all of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from api.graphql.compiler.codegen import Function, GeneratedSource
from api.graphql.compiler.function_body import Expression, FunctionBody


class Lists:
    """Adds the functions for lists to the generated source."""

    def __init__(self, source: GeneratedSource) -> None:
        self._source = source
        # The functions for lists, by the name of the function for one object.
        self._several: dict[str, Function] = {}

    def loading(self, writer: Function, body: FunctionBody) -> Function:
        """Generate the functions that load what `writer` needs: for one object, and for a list of objects or rows."""
        loaded, loads = body.loaded_parameters, list(enumerate(body.loads))
        takes_rows = writer.takes_row and not writer.is_awaited
        row = "each" if takes_rows else "each.row"
        one = [f"loaded{place} = await run.context.load({load.name}, it.row.{load.key})" for place, load in loads]
        all_ = [f"loaded{place} = await {load.all(f'[{row}.{load.key} for each in it]')}" for place, load in loads]
        if takes_rows:
            written = self._source.listing(writer, body, "it").text
        else:
            written = f"[{writer.call('it', loaded)} for it{loaded} in zip(it{loaded})]"
            written = f"await gathered({written})" if writer.is_awaited else written
        awaited = Expression("", is_awaited=True, is_pure=False)
        for load in body.loads:
            load.is_written_at_once = not writer.is_awaited
        single = self._source.function([*one, "begin()", f"return {writer.of('it', loaded).text}"], like=awaited)
        several = self._source.function([*all_, "begin()", f"return {written}"], like=awaited)
        self._several[single.name] = replace(several, takes_row=takes_rows)
        return single

    def each(self, writer: Function, objects: str) -> Expression:
        """Return the expression that applies `writer` to each of a list of objects."""
        if several := self._several.get(writer.name):
            argument = f"alike([each.row for each in {objects}])" if several.takes_row else objects
            return Expression(f"await {several.name}({argument}, run)", is_awaited=True, is_pure=False)
        each = f"[{writer.call('each')} for each in {objects}]"
        return Expression(f"await gathered({each})" if writer.is_awaited else each, writer.is_awaited, writer.is_pure)

    def each_row(self, writer: Function, body: FunctionBody, rows: str, make: Callable[..., Any]) -> Expression:
        """Return the same for rows that one statement read; `make` makes an object of a row where one is needed."""
        several = self._several.get(writer.name)
        if several is not None and several.takes_row:
            return Expression(f"await {several.name}({rows}, run)", is_awaited=True, is_pure=False)
        if several is None and writer.takes_row and not writer.is_awaited:
            return self._source.listing(writer, body, rows)
        return self.each(writer, f"[{self._source.named('make', make)}(row=each) for each in {rows}]")
