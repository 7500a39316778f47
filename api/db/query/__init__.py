"""Reading rows fast: the statement of a question is made once, and a row is a tuple that knows its columns.

    rows         which rows of a table are meant; nothing is read before somebody asks
    pairs        two rows on one way
    statements   a question's shape -> its SQL, made by Tortoise's query builder from Tortoise's models
    records      a row of a statement, with the attributes of the model
    references   rows to which many others lead, remembered until one changes
    sqlite       the embedded database, read without leaving the event loop
    postgresql   PostgreSQL, read by connections that do nothing else
    sources      where a statement is sent

Writing has a room of its own, `api/db/transactions/`.
"""
