"""Webhooks: other systems are told when the status of an enrolment changes, by the rules of Standard Webhooks.

The transaction of a change writes a message for each webhook (`api/enrolment/outbox.py`); each Hall sends what is due.

schema.py      the GraphQL schema of messages
documents.py   the documents that shape messages, and their bodies
service.py     registering, listing and removing webhooks
addresses.py   where messages may be sent
signature.py   secrets and signatures
post.py        one HTTP request
sending.py     claims messages, sends them, and tries again
"""
