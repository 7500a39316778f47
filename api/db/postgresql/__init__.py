"""PostgreSQL as the Hall reaches it.

address         what HALL_DATABASE_URL says, with the parameters that libpq has
connecting      a connection to the first of its hosts that will do
pooler          a connection through a pooler, which may have another server for every transaction
asyncpg_client  Tortoise's client, by the three
"""
