"""Enrolling, for any scheme: what is stored with an enrolment, and how a repeated request gets the first result.

service.py   idempotency records, receipts
receipt.py   receipt numbers, and digests that anyone can recompute
qr_code.py   QR codes as the data of an SVG path
models.py    consent, receipt, idempotency record
"""
