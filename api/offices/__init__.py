"""The social insurance offices of the districts, as far as the city has published them.

schema.py   the offices in GraphQL
table.py    reads offices.csv
"""
