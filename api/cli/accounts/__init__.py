"""`python -m api account`: managing accounts.

arguments.py        the command line, without importing the database
commands.py         runs a command and prints its result
administration.py   changes accounts; each change is a security event
"""
