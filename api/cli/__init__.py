"""Commands of `python -m api`; api/__main__.py reads their arguments.

accounts/   `python -m api account`: what an operator does to accounts
"""
