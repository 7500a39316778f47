"""`python -m api account`: what an operator does to accounts.

arguments.py        the command line, read without the database and its packages
commands.py         runs a command and prints its result
administration.py   changes accounts; each change is a security event
"""
