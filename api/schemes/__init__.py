"""The schemes of the guide, with all rules.

registry.py             every scheme: a folder with a scheme.py registers itself
mutation.py             enrolling in any scheme and withdrawing, in GraphQL
problems.py             their results beside success, in GraphQL
field_problems.py       problems of single form fields in GraphQL
person_schema.py        a scheme for one person in GraphQL: verdict, districts, enrolments
person_ids.py           the global ids of a scheme for one person
assessment_schema.py    verdicts for three answers, without a record, in GraphQL
comparison_schema.py    the other schemes of a person in GraphQL, and what differs
form_schema.py          the form of a scheme in GraphQL
enrolment_schema.py     an enrolment in GraphQL
enrolment_pages_schema.py  pages of enrolments in GraphQL
self_paid_schema.py     an insurance that the person pays alone, in GraphQL
documents_schema.py     notices and receipts in GraphQL
schema.py               rules and their history in GraphQL
eligibility.py          verdicts in GraphQL
enums.py                channels, outcomes, conditions, statuses and schemes in GraphQL
flexible_employment/    灵活就业参保登记
residents_pension/      城乡居民养老参保登记
shared/                 law and advice that several schemes share
"""
