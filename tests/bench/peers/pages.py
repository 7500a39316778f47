"""Pages of people, with cursors as the Hall writes them, for the peers in Python."""

import base64
import json

SIZE = 50
# The rows of a page, and the one behind it: districts, position.
ROWS = f"""
    SELECT id FROM person WHERE insured_district IN (SELECT value FROM json_each(?)) AND id > ?
    ORDER BY id LIMIT {SIZE + 1}
"""
NOBODY = "", "", "[]"


def position(after: str | None) -> int:
    """Return the row behind which a page begins."""
    return 0 if after is None else int(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))[3:])


def cursor(row: int) -> str:
    """Return the cursor of a row."""
    return base64.urlsafe_b64encode(b"at:%d" % row).decode().rstrip("=")


def page_info(rows: list[int]) -> str:
    """Return what is said of a page as JSON, from its rows and the one behind them."""
    end = cursor(rows[:SIZE][-1]) if rows else None
    return f'{{"hasNextPage":{json.dumps(len(rows) > SIZE)},"endCursor":{json.dumps(end)}}}'
