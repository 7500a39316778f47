"""The schemes of the guide, with all rules.

registry.py             every scheme; a new scheme adds its line
documents_schema.py     notices and receipts in GraphQL
schema.py               rules and their history in GraphQL
eligibility.py          verdicts in GraphQL
enums.py                channels, outcomes, conditions and schemes in GraphQL
flexible_employment/    灵活就业参保登记
shared/                 law that several schemes cite
condition.py            a condition: a pure function beside its clause
rule.py                 results of rules: outcomes, reasons, verdicts
notice.py               the notices, read from notices.toml
parameter.py            dated figures, read from parameters.toml
clause.py               a guide and its clauses, read from guide.md
"""
