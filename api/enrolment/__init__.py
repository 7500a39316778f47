"""What enrolling is for any scheme: the form, the checks, what is stored, the receipt.

scheme.py            a scheme as one object: what the rest of the Hall asks about it
service.py           enrolling and withdrawing
outcomes.py          one type for each possible result
persistence.py       stores enrolments and withdrawals
store.py             reads enrolments with their status, and follows the record
outbox.py            messages to webhooks, in the transaction of the change
recheck.py           judges all enrolments again, without changing any
idempotency.py       a repeated request gets the first result
form.py              the fields of a form, their values and their problems
form_reader.py       reads a form leniently, all problems at once
receipt_lines.py     the lines of the preview and of the receipt
receipt_store.py     receipts and consents as stored
receipt.py           receipt numbers, and digests that anyone can recompute
qr_code.py           QR codes as the data of an SVG path
case.py              what the rules of any scheme may look at
status.py            the status of an enrolment on a day, by the record
insurance_period.py  one period of one insurance, for the rules
virtual_units.py     employer codes of districts for people without an employer
scenarios.py         situations with their expected verdicts
scenario_reader.py   reads one situation
models.py            enrolments, consent, receipt, idempotency record
"""
