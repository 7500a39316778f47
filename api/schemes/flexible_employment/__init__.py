"""灵活就业参保登记.

The law, as pure functions; beside it guide.md, notices.toml, parameters.toml and scenarios.toml:

    verdict.py               all rules on one case, and the days on which the verdict changes
    rules.py                 the conditions in the guide's order, each beside its clause
    findings.py              what conditions find, in words
    facts.py                 the facts behind a verdict
    next_steps.py            which advice a verdict gives
    advice.py                each piece of advice once
    case.py                  all that a rule may look at
    enrolment_status.py      the status of an enrolment on a day, by the record
    participation.py         one period of one insurance, as rules see it
    law.py                   the guide, the notices and the dated figures, read once
    scenarios.py             reads scenarios.toml
    explanations.py          the rules explained: figures through time, examples
    virtual_units.py         employer codes of districts for people without an employer
    contributions/           缴费测算: what a person in flexible employment pays

Enrolling:

    mutation.py              enrolling and withdrawing in GraphQL
    schema.py                the scheme for one person in GraphQL
    enrolment_schema.py      an enrolment in GraphQL
    problems.py              results beside success in GraphQL
    field_problems.py        problems of single form fields in GraphQL
    service.py               judging, enrolling, withdrawing
    outcomes.py              one value for each possible result
    persistence.py           what enrolling and withdrawing store
    record_updates.py        moves enrolments on when the record changes
    recheck.py               judges all enrolments anew, without changing any
    enrolment_queries.py     reads enrolments with their status
    receipt_lines.py         the lines of the preview and of the receipt
    form.py                  the form: read leniently, all problems at once
    models.py                the table
"""
