"""GraphQL without the domain: what resolvers see, types that domains share, and the query compiler.

compiler/                compiles an operation to Python functions
fields.py                fields that show columns, codes, joined and loaded rows
selection.py             the names and columns that an operation selects
context.py               the context of one request: the moment, page sizes, data loaders
types.py                 types that domains share: languages, nodes, problems, pages
mutations.py              mutations that are refused while their sender is limited
pagination.py            pages by cursor
scalars.py               Date and DateTime
limits.py                what one request may cost
"""
