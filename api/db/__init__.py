"""The database: SQLite embedded, PostgreSQL in production.

backup.py            copies the embedded database, and restores a copy
reencryption.py      encrypts all stored values with the newest key
database.py          opens the database, migrates it
opening.py           opening errors: one line that names the database and the cause
migration_writer.py  writes the migrations that changed models need
migration_state.py   reads which migrations a database has
transactions/        writing: units of work, group commit on SQLite
query/               reading: compiled statements, read-only rows
sqlite/              the SQLite driver
postgresql/          the PostgreSQL driver: addresses, connections, poolers
errors.py            translates driver errors
column_limits.py     whether a value fits into a column
"""
