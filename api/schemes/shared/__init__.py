"""Law and advice that several schemes share.

schema.py               the calendar and the retirement date in GraphQL
declaration_window.py   申报缴费期限: the declaration calendar
calendar_feed.py        the calendar as a file that phones subscribe to
retirement.py           the statutory retirement date
advice.py               next steps in the same words
law.py                  the dated figures that schemes share
"""
