"""Code tables: what the codes behind drop-downs mean. The tables are text files in tables/.

schema.py   codes and tables in GraphQL
tables.py   reads tables.csv and tables/*.csv
"""
