"""Reading rows: a statement compiles once, and a row is a read-only tuple that knows its columns.

    joined_query.py        one statement that reads a row and the row behind its foreign key
    rows.py                lazy queries: which rows, which columns, in which order
    dispatch.py            sends a statement to the reader of the database, or into the open transaction
    sqlite_reader.py       reads SQLite within the event loop
    postgresql_reader.py   reads PostgreSQL over connections of its own
    row_cache.py           caches rows that many others refer to, until their table changes
    statements.py          compiles SQL by Tortoise's query builder
    row_types.py           the class of a row

Writing has a package of its own: api/db/transactions/.
"""
