"""Private parts of libraries, one module a library: nothing else of api/ touches them.

    strawberry.py   strawberry-graphql
    tortoise.py     tortoise-orm
    aiosqlite.py    aiosqlite
    asyncpg.py      asyncpg
    uvicorn.py      uvicorn

Each module says in which version it was read; tests/adapters/ fails with a sentence where an upgrade moves a part.
"""
