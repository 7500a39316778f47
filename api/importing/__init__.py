"""Importing a bureau's own files: people, participations, subsidies, as CSV, text or workbook.

runner.py        the import: batches, counts, the result
rejects.py       the file with the rows that were not stored
persistence.py   stores a batch in one transaction
records.py       a row -> a record: cells are read, facts that must agree are compared
source.py        a file as a stream of rows
headers.py       which column a title names
columns.py       the columns of the three files
cells.py         what a cell may hold
days.py          dates as people and spreadsheets write them
damage.py        what spreadsheets and wrong encodings do to cells
workbook.py      the rows of an .xlsx file
encodings.py     UTF-8, UTF-16 and GB18030
seen_rows.py     which rows of a file were met before, on disk
bulk_insert.py   many rows in one statement
progress.py      a progress bar
"""

from api.importing.runner import run

__all__ = ["run"]
