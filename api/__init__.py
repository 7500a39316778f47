"""The Hall: a city's social-insurance personal online hall, as a GraphQL API.

Assembly puts everything together:

    app.py        the Starlette application and its routes
    lifespan.py   around all requests: the opened database, or the wait for it, and background work
    server.py     uvicorn: one process, or several workers behind one port
    cli/          the commands of `python -m api`
    schema/       the GraphQL schema: root types, and types that join several domains

Domain packages hold what the Hall is about. Those with tables have models.py and service.py, those with
GraphQL types a schema.py. codes/ and offices/ read their tables from files; law/ has neither tables nor GraphQL
types; importing/ writes the tables of others.

    demo/         invented people for the demo
    importing/    loading a bureau's own files
    migrations/   the database schema of all domains, step by step
    webhooks/     telling other systems when the status of an enrolment changes
    schemes/      the schemes of the guide, each with the law that decides who may enrol
    enrolment/    what enrolling is for any scheme: the form, the checks, what is stored, the receipt
    people/       the person's record, insurance participations, subsidies
    accounts/     accounts, sessions, authorization
    accesslog/    the append-only log of who looked at which record, and why
    offices/      the social insurance offices of the districts
    codes/        the code tables behind drop-downs
    law/          the form of the law: clauses, notices, dated figures, conditions, verdicts

Substrate packages hold what any service of this kind needs, and import no domain:

    http/         HTTP: the GraphQL endpoint, uvicorn's protocol, static files, logs and metrics
    graphql/      GraphQL: request context, shared types, pagination, and the query compiler
    db/           the database: connection, queries, transactions, both drivers, backup
    encryption/   encryption at rest
    adapters/     private parts of libraries
    environment.py single environment variables, with the cure where one is wrong
    settings.py   the environment variables as one frozen value
    terminal.py   the output of commands to terminals, pipes and files
    timeouts.py   time limits, and background work bound to a block
    clock.py      the only clock
    zone.py       the time zone Asia/Shanghai
    text/         bilingual texts, and the folding of look-alike characters
    errors.py     the exceptions of the Hall

A request flows one way: http -> schema -> service -> rules and models -> db. tests/architecture/test_packages.py holds
the order in which packages may import each other.
"""

VERSION = "0.2.0"
