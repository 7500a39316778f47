"""The embedded database: SQLite, by one driver everywhere.

    client.py          Tortoise's client
    driver.py          apsw in the shape of Python's sqlite3, which aiosqlite expects
    file_identity.py   whether the file is still the one that was opened

All connections of a process to one file must use one copy of the SQLite library: the locks of two copies do not exclude
each other. So no code of the Hall opens the database with Python's own sqlite3.
"""
