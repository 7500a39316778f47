"""城乡居民养老参保登记.

Beside the modules stand guide.md, notices.toml, parameters.toml, tiers.toml and scenarios.toml:

    scheme.py      the scheme as one object: what the rest of the Hall asks about it
    rules.py       the conditions in the text's order, each beside its clause
    findings.py    the texts of notices, missing facts and specific refusals
    facts.py       the facts of a verdict
    advice.py      what to do next, for each verdict
    comparison.py  what differs from flexible employment
    case.py        the input of the rules
    household.py   whether a person's household is registered in this city
    tiers.py       the yearly tiers that the city has published
    form.py        the fields of the form
    scenarios.py   the words of scenarios.toml
    law.py         the text, the notices and the dated figures, read once
    codes.py       the codes of the conditions
"""
