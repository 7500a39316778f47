"""Writing: what is stored together is described once, and carried out whole.

    statements   one statement, without its values the same each time, made by Tortoise's query builder
    work         what a transaction does, one statement after the other
    sqlite       the embedded database's writer: in its thread from BEGIN to COMMIT, for all who wait
    transactions where a transaction is carried out

Imports and the demo write through Tortoise's models, by `api.db.database.transaction`: many rows, and nobody waits.
"""
