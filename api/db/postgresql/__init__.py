"""PostgreSQL: addresses, connections, poolers.

client.py     Tortoise's client for asyncpg
pooler.py     connections through a pooler in transaction mode
connect.py    connects to the first host of an address that fits
dsn.py        parses HALL_DATABASE_URL as libpq does
standbys.py   the standby that may be read while there is no primary
online.py     changes of a database that serves: short locks, indexes built CONCURRENTLY
wide_keys.py  changes 32-bit keys to 64 bits
"""
