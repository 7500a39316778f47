"""GraphiQL at /graphiql.

page.py    serves the page and its files from the data folder
setup.py   bundles GraphiQL from npm into the data folder
"""
