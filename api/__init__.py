"""The Hall: a city's social-insurance personal online hall, as a GraphQL API.

The rooms, one noun each; in every room the same files: models.py, service.py, schema.py, and rules where there are any.

    accounts/    signing in: passwords, sessions, roles
    people/      who you are: the person and what hangs on them; demo people; importing
    accesslog/   who looked at what, and why
    codes/       what the drop-downs mean
    offices/     where the offices are, as far as a city has published them
    schemes/     what you may join, and by which rules
    sealing/     encryption at rest
    sqlite/      the embedded database's driver
    postgresql/  PostgreSQL's address, its connections, and poolers in between
    reading/     rows, read fast
    writing/     what is stored together, in one go
    engine/      answering queries fast: operations as Python functions
    http/        the edge: front door, limits, headers, GraphiQL, static files

The data flows one way: HTTP -> schema -> service -> rules and models -> database.
"""
