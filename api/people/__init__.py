"""个人基本信息查询: the person's record.

context.py           the request's context with the account that is signed in
schema.py            the record in GraphQL, masked and in full
revealing.py         showing the facts in full, with a purpose, logged and limited
service.py           reading records: whose, by which account
identity_number.py   identity numbers: canonical form, check digits, what a number says
names.py             names: stored as written, found by a folded key
mobile_number.py     mobile numbers: read leniently, stored as eleven digits
postal_address.py    whether an address is complete
masks.py             what is shown of personal facts
models.py            the person, the employer, participations, subsidies
"""
