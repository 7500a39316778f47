"""The form of the law: a guide and its clauses, notices, dated figures, conditions and verdicts, of any scheme.

rulebook.py    all conditions of a scheme: verdicts, the days on which they change, the history of figures
condition.py   a condition: a pure function beside its clause
case.py        what every case has: day and channel
rule.py        results of conditions: outcomes, reasons, verdicts
notice.py      the notices, read from notices.toml
parameter.py   dated figures, read from parameters.toml
clause.py      a guide and its clauses, read from guide.md
days.py        calendar arithmetic
"""
