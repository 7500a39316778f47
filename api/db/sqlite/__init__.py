"""The embedded database: SQLite as the Hall opens it, everywhere the same copy of it.

    driver   apsw's SQLite in the shape of Python's sqlite3, which others expect
    client   Tortoise's client for it
    standing whether the file is still where it was opened

All connections of a process to one file must come from one copy of SQLite: the locks of two do not hold against each
other. So nothing of the Hall opens the database with Python's own sqlite3.
"""
