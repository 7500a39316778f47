"""Importing a bureau's own files: people, participations, subsidies, as CSV, text or workbook.

runner.py        the import: batches, counts, the result
rejects.py       the file with the rows that were not stored
persistence.py   stores a batch in one transaction
records.py       converts and validates rows
source.py        a file as a stream of rows
headers.py       maps titles to columns
columns.py       the columns of the three files
cells.py         parsers of cells
days.py          parses dates in the formats of people and spreadsheets
damage.py        detects and repairs damage by spreadsheets and wrong encodings
workbook.py      the rows of an .xlsx file
encodings.py     detects UTF-8, UTF-16 and GB18030
seen_rows.py     finds duplicate rows of a file, with an index on disk
bulk_insert.py   many rows in one statement
progress.py      a progress bar
"""

from api.importing.runner import run

__all__ = ["run"]
