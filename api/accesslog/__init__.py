"""谁查看过我的信息: the append-only access log, a hash chain of who did what with whose record, and why.

service.py        a person's part of the log, and entries for imports
schema.py         the log in GraphQL
batch_writer.py   group commit: entries of concurrent reads share one transaction
checkpoints.py    prints heads and signed checkpoints to the process log
tree.py           signed checkpoints in the database
retention.py      exports and removes entries that are older than six months
proofs.py         proofs that an entry is in the log
consistency.py    proofs that the newest checkpoint continues an earlier one
witnesses.py      the addresses for witnesses
merkle.py         the Merkle tree itself, without a database
verification.py   verifies the stored log against what was printed, kept and verified before
processes.py      verifies parts of the log in several processes
parts.py          parts of the log that are verified independently of each other
store.py          the chains in the database: append, count, read
chain.py          the hash chains themselves, without a database
models.py         the table
"""
