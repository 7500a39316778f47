"""灵活就业参保登记.

The law, as pure functions; beside it guide.md, notices.toml, parameters.toml and scenarios.toml:

    scheme.py                the scheme as one object: what the rest of the Hall asks about it
    verdict.py               all rules on one case, and the districts that can be chosen
    rules.py                 the conditions in the guide's order, each beside its clause
    findings.py              the texts of notices, missing facts and refusals
    facts.py                 the facts of a verdict
    next_steps.py            chooses the advice for a verdict
    advice.py                the texts of the advice
    case.py                  the input of the rules
    form.py                  the fields of the form
    law.py                   the guide, the notices and the dated figures, read once
    scenarios.py             the words of scenarios.toml
    codes.py                 the codes of the conditions
    models.py                the table
    contributions/           缴费测算: what a person in flexible employment pays

What this scheme has in GraphQL beside every scheme:

    schema.py                the scheme for one person: insurances, contributions, offices
    enrolment_schema.py      an enrolment: the declared facts
    mutation.py              the typed operations
"""
