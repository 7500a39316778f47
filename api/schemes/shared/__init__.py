"""Law that several schemes cite.

schema.py               the calendar and the retirement date in GraphQL
declaration_window.py   申报缴费期限: the declaration calendar
retirement.py           the statutory retirement date
law.py                  the dated figures that schemes share
"""
