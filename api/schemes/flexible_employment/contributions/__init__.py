"""灵活就业人员缴费测算: what a person in flexible employment pays, by the month, the quarter or the year.

schema.py        contributions in GraphQL
figures_schema.py their figures in GraphQL
arguments.py     the arguments of the GraphQL fields
form.py          the question: parsed leniently, all problems at once
notes.py         explanations of the amounts
calculation.py   base times rate, month by month, in fen
figures.py       the dated figures
scenarios.py     reads scenarios.toml
"""
