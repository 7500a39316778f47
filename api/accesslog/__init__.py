"""谁查看过我的信息: the append-only access log, a hash chain of who did what with whose record, and why.

service.py        a person's part of the log, and entries for imports
schema.py         the log in GraphQL
batch_writer.py   group commit: entries of concurrent reads share one transaction
checkpoints.py    prints the head of the chain to the process log
store.py          the chain in the database: append, count, verify
chain.py          the hash chain itself, without a database
models.py         the table
"""
