"""Pages of persons with the Hall's cursors, for the Python peers."""

import json

from api.encryption.opaque import number_of, opaque
from api.people.search import LIST

SIZE = 50
# The rows of a page and the next one. Parameters: districts, position.
ROWS = f"""
    SELECT id FROM person WHERE insured_district IN (SELECT value FROM json_each(?)) AND id > ?
    ORDER BY id LIMIT {SIZE + 1}
"""
NO_ACCOUNT = "", "", "[]"


def position(after: str | None) -> int:
    """Return the row after which a page starts."""
    return 0 if after is None else number_of(LIST, after) or 0


def cursor(row: int) -> str:
    """Return the cursor of a row."""
    return opaque(LIST, row)


def page_info(rows: list[int]) -> str:
    """Return the page info as JSON, from the rows of a page and the next one."""
    end = cursor(rows[:SIZE][-1]) if rows else None
    return f'{{"hasNextPage":{json.dumps(len(rows) > SIZE)},"endCursor":{json.dumps(end)}}}'
