"""灵活就业参保登记.

The law, as pure functions; beside it guide.md, notices.toml, parameters.toml and scenarios.toml:

    verdict.py               all rules on one case, and the days on which the verdict changes
    rules.py                 the conditions in the guide's order, each beside its clause
    findings.py              the texts of notices, missing facts and refusals
    facts.py                 the facts of a verdict
    next_steps.py            chooses the advice for a verdict
    advice.py                the texts of the advice
    case.py                  the input of the rules
    enrolment_status.py      the status of an enrolment on a day, by the record
    participation.py         one period of one insurance, for the rules
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
    outcomes.py              one type for each possible result
    persistence.py           stores enrolments and withdrawals
    record_updates.py        updates enrolments when the record changes
    recheck.py               judges all enrolments again, without changing any
    enrolment_queries.py     reads enrolments with their status
    receipt_lines.py         the lines of the preview and of the receipt
    form.py                  the form: parsed leniently, all problems at once
    models.py                the table
"""
