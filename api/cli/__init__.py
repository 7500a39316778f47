"""The commands of `python -m api`, one module each; api/__main__.py reads their arguments.

serve.py             opens the Hall
migrate.py           applies migrations
migration.py         writes a migration, for developers
load.py              imports a folder of files
recheck.py           judges all enrolments anew
audit.py             verifies the access log
backup.py            copies the embedded database
restore.py           puts a copy back
seal.py              encrypts all that is stored anew
new_key.py           prints a key
token.py             prints a bearer token
account.py           what an operator does to accounts
accounts/            the actions of account.py
schema.py            prints the schema
graphiql.py          fetches GraphiQL
security_events.py   prints security events
"""
