"""SQLite, by one driver everywhere.

    client.py          Tortoise's client
    driver.py          apsw with the interface of sqlite3, which aiosqlite expects
    file_copy.py       copies the database file while other processes use it
    checking.py        finds damage in a database
    file_identity.py   detects that the database file was moved or replaced

All connections of a process to one file must use one copy of the SQLite library: POSIX locks of two copies do not
exclude each other. So the Hall never opens the database with Python's sqlite3.
"""
