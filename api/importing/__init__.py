"""Loading a bureau's own files: people, participations, subsidies, any of them, as CSV, text or workbook.

loading.py     the import: batches, counts, what comes back
source.py      a file as a stream of rows, behind its header
encodings.py   how a text file is written
workbook.py    a workbook's rows
headers.py     which column a title names
columns.py     the columns, and other_titles.csv with what offices call them
records.py     from a row to a record
cells.py       what a cell may hold
days.py        days as people write them
damage.py      what spreadsheets and wrong encodings do
rejects.py     what comes back, and where
seen.py        which rows were met before
storing.py     a batch in one transaction
adding.py      many rows in one statement
progress.py    how far it is
"""

from api.importing.runner import run

__all__ = ["run"]
