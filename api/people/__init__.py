"""个人基本信息查询: the person's record.

context.py           the request's context with the account that is signed in
success_schema.py    what the results of successful writes have in common, in GraphQL
schema.py            the record in GraphQL, masked and in full
revealing.py         facts in full: needs a purpose, logged and limited
search.py            lists of people by name, district and insurance, and their counts
service.py           reading records within an account's scope
identity_number.py   identity numbers: canonical form, check digits, birth date and sex
names.py             the search key of names
mobile_number.py     mobile numbers: parsed leniently, stored as eleven digits
postal_address.py    whether an address is complete
masks.py             masks of personal facts
models.py            the person, the employer, participations, subsidies
"""
