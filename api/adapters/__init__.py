"""Access to private parts of libraries, one module a library: no other module uses them.

    strawberry.py   strawberry-graphql
    tortoise.py     tortoise-orm
    graphql_core.py graphql-core
    aiosqlite.py    aiosqlite
    asyncpg.py      asyncpg
    uvicorn.py      uvicorn
    limits.py       limits

READ_IN is the version whose source was read; tests/adapters/ fails where an upgrade changes a part.
"""
