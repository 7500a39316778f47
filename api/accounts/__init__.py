"""Accounts: signing in, sessions and tokens, and who may do what.

service.py          signing in and out, and whose session a request carries
access_log.py       access log entries for what an account does
authorization.py    the table of roles, acts and whose records they reach
events.py           security events, for the process log and the access log
sessions.py         how sessions begin, end and are listed
device.py           browser, system and network of a session, to tell one's own
clock_rollback.py   deletes expired sessions after the clock was set back
login_throttle.py   limits wrong passwords, in the database
passwords.py        argon2id hashes, computed in a thread
password_rules.py   which passwords are allowed
fair_queue.py       a queue before CPU-bound work, fair between accounts and addresses
models.py           accounts, sessions, failed sign-ins
"""
