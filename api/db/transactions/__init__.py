"""Writing: a unit of work yields its statements, and is committed as a whole.

    transaction.py     one transaction on one connection, in a task of its own
    durability.py      rows that no failover erases
    dispatch.py        runs a unit of work by SQLite's writer, or on a connection of PostgreSQL's pool
    sqlite_writer.py   group commit: concurrent units of work share one transaction, each in a savepoint
    batcher.py         queues concurrent writes and commits them in batches
    unit_of_work.py    a generator that yields statements and receives their rows
    statements.py      compiles statements that write

Imports and the demo write through Tortoise's models, with `transaction.py`.
"""
