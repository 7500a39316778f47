"""What you may join. All rules live below here.

clause, notice, parameter   a guide and its clauses, the notice in its versions, dated figures: each read from a file
rule, condition             what rules answer, and what a rule is
registry                    every scheme: the one file that a newcomer scheme edits
shared/                     law that several schemes cite: retirement, the declaration calendar
models, service, schema     what all schemes share when somebody joins: consent, receipt, notice, verdict
flexible_employment/        a scheme: guide.md, notices, parameters and scenarios, then case, facts, rules, verdict
"""
