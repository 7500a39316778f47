"""Reading rows: queries compile once, and rows are read-only tuples with named columns.

    joined_query.py        one statement that reads a row and the row behind its foreign key
    rows.py                lazy queries: rows, columns, order
    dispatch.py            runs a query in the open transaction, or by the database's reader
    sqlite_reader.py       reads SQLite within the event loop
    postgresql_reader.py   reads PostgreSQL over a pool of read-only connections
    standby_reader.py      reads a standby while the primary cannot be reached
    row_cache.py           caches rows that many others refer to, until their table changes
    statements.py          compiles SQL by Tortoise's query builder
    row_types.py           row classes

Writing: api/db/transactions/.
"""
