"""Malicious strings, each with a marker by which stored copies are found."""

import json

# A rare printable character at the end of the text, where masks remove it.
MARK = "龘"
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    "\\'; --",
    "%",
    "_",
    "%%",
    "\\%",
    "[a-z]",
    "*",
    "a\\",
    "$1",
    ":x",
    "?",
    "{0}",
    "%s",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "&amp;",
    "javascript:alert(1)",
    "${7*7}",
    "{{7*7}}",
)
SHEETS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '"quoted","', "a,b;c")
LINES = ("a\nb", "a\r\nSet-Cookie: x=1", "\x85", "\u2028", "\u2029", "\x1b[31m", "\x07", "\x7f", "\x01", "\x1f")
DIRECTIONS = (
    "\u202eabc",
    "\u2066abc\u2069",
    "\u200b",
    "\u200d",
    "\ufeffabc",
    "\u00ad",
    "a\u0301" * 10,
    "\ufffe",
    "\uffff",
)
DIGITS = (
    "１２３",
    "①②③",
    "٠١٢",
    "१२३",
    "𝟏𝟐𝟑",
    "〇一二",
    "¹²³",
    "Ⅷ",
    "1.2",
    "1。2",
    "1．2",
    "1·2",
    "1•2",
    "1‧2",
    "1・2",
    "0x1F",
    "1e5",
    "-0",
    "+1",
)
NUMBERS = ("9007199254740993", "1e400", "-1", "2147483648", "99999999999999999999", "NaN", "Infinity", "0" * 40)
PLANES = ("𠮷𠀋", "👨‍👩‍👧", "\U000e0001", "\U0010ffff", "\ue000", "ﷺ", "İı", "ﬀ", "ß", "Ω")
DATES = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2025-02-30",
    "2025-02-29",
    "10000-01-01",
    "2025-1-1",
    "20250101",
    "２０２５-01-01",
)
WORDS = (
    "",
    " ",
    "\u3000",
    "null",
    "undefined",
    "None",
    "true",
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "CON",
    "person_",
)
LONG = ("长" * 5_000, "a" * 20_000, "𠮷" * 2_000, "a\u0301" * 3_000, " " * 10_000)
TEXTS = (*SQL, *MARKUP, *SHEETS, *LINES, *DIRECTIONS, *DIGITS, *NUMBERS, *PLANES, *DATES, *WORDS, *LONG)
# JSON values: texts with and without the marker, and values that are no texts.
MARKED = tuple(text + MARK for text in TEXTS)
OTHERS = (
    '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '"\\ud83d"', "9007199254740993", "1e400", "-1e400", "1e-400",
    "1" + "0" * 5000, "-1", "0", "1.5", "2147483648", "-2147483649", "true", "null", "[]", "{}", "[[[]]]", '["a"]',
    '{"a": {"b": 1}}', '{"__proto__": {}}', "NaN", "Infinity", json.dumps("龘" * 400_000, ensure_ascii=False),
)  # fmt: skip


def in_json(*, for_text: bool, shares: int = 1, mine: int = 0) -> list[str]:
    """Return one of several shares of all values as JSON; fewer texts for places that take no text."""
    texts = TEXTS if for_text else (*NUMBERS, *DATES, *WORDS, *LONG[:1])
    written = [json.dumps(text, ensure_ascii=False) for text in (MARK, *texts)] + list(OTHERS)
    return written[mine % shares :: shares]
