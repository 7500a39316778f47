"""The commands of `python -m api`, one module each; api/__main__.py reads their arguments.

serve.py             serves the Hall
migrate.py           applies migrations
migration.py         writes a migration, for developers
load.py              imports a folder of files
recheck.py           judges all enrolments again
audit.py             verifies the access log, exports old entries and removes them
proof.py             verifies the proof of an entry, without a database
backup.py            copies the embedded database
restore.py           restores a backup
seal.py              re-encrypts all stored values
new_key.py           prints a key
new_log_key.py       prints a key that signs checkpoints
token.py             prints a bearer token
accounts/            what an operator does to accounts
webhook.py           what an operator does to webhooks
schema.py            prints the schema
graphiql.py          fetches GraphiQL
security_events.py   prints security events
"""
