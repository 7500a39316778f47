"""Detects the encoding of a text file: UTF-8, UTF-16 with a byte-order mark, or GB18030.

UTF-8 nearly always decodes as GB18030 too, with wrong characters: 张三 becomes 寮犱笁. So a file that is mostly UTF-8
is rejected, with the position of the damage, and a file that decodes as GB18030 must look like Chinese.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Formats other than text, by their first bytes.
BINARY_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel 97 (.xls), of WPS (.et), or one with a password"),
    (b"%PDF", "a PDF document"),
    (b"<html", "a web page, whatever its name says"),
    (b"<!doctype", "a web page, whatever its name says"),
    (b"<table", "a web page, whatever its name says"),
    (b"<meta", "a web page, whatever its name says"),
    (b"<?xml", "XML, whatever its name says"),
    (b"{\\rtf", "a word processor's document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"SQLite format 3", "a database"),
)
CURE = "save it as .xlsx, or as CSV in UTF-8"
# GB18030 text has valid three-byte sequences of UTF-8 about once in a thousand characters; damaged UTF-8 has many.
FEW, ONE_IN = 3, 10
CHARACTERS = re.compile("[\u0800-\ufffc\U00010000-\U0010ffff]")
# A two-byte character of GBK: first group in the rows of GB 2312, second group elsewhere.
GBK = re.compile(
    rb"([\xa1\xa3\xb0-\xf7][\xa1-\xfe])|([\x81-\xfe][\x40-\x7e\x80-\xfe])|[\x81-\xfe][0-9][\x81-\xfe][0-9]"
)
# The minimum sample and the minimum share of GB 2312 in it; names of Taiwan and Hong Kong have a lower share.
MIN_CHARACTERS, MIN_SHARE = 12, 0.4


class Unreadable(Exception):
    """A file cannot be read. The message contains nothing of it."""


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file; raise Unreadable, with the reason and advice, if it is uncertain."""
    with path.open("rb") as file:
        head = file.read(CHUNK)
    begin = head[:40].removeprefix(codecs.BOM_UTF8).lstrip()
    for beginning, kind in BINARY_FORMATS:
        if begin.startswith(beginning) or begin.lower().startswith(beginning):
            raise Unreadable(f"it is {kind}; {CURE}")
    encoding = next((name for mark, name in MARKS if head.startswith(mark)), None)
    if encoding not in {None, "utf-8-sig"}:
        return _check_marked(path, str(encoding))
    fault = _first_invalid_byte(path, "utf-8")
    # UTF-16 has a NUL in every comma and line end; UTF-8 and GB18030 have few or none.
    if head.count(0) > (0 if fault is not None else len(head) // 5):
        raise Unreadable(f"it looks like UTF-16 without its byte-order mark; {CURE}")
    if fault is None:
        return encoding or "utf-8"
    if encoding or _is_mostly_utf_8(path):
        raise Unreadable(f"it is UTF-8, but damaged: {_place(path, fault)}; {CURE}, or send it again")
    other = _first_invalid_byte(path, "gb18030")
    if other is not None:
        raise Unreadable(
            f"it is neither UTF-8 nor GB18030: as UTF-8 it breaks off at {_place(path, fault)}, "
            f"as GB18030 at {_place(path, other)}; {CURE}"
        )
    if not _looks_like_chinese(head):
        raise Unreadable(
            f"it is not UTF-8 ({_place(path, fault)}), but read as GB18030 it is mostly characters that no Chinese "
            f"text has; {CURE}"
        )
    return "gb18030"


def _check_marked(path: Path, encoding: str) -> str:
    fault = _first_invalid_byte(path, encoding)
    if fault is not None:
        raise Unreadable(
            f"it has the byte-order mark of {encoding.upper()}, but is damaged at byte {fault + 1}; {CURE}"
        )
    return encoding


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
    yield b""


def _first_invalid_byte(path: Path, encoding: str) -> int | None:
    """Return the offset of the first byte that cannot be decoded, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    for chunk in _chunks(path):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return read - held + error.start
        read += len(chunk)
    return None


def _place(path: Path, offset: int) -> str:
    line, begin, read = 1, 0, 0
    for chunk in _chunks(path):
        part = chunk[: offset - read]
        line += part.count(b"\n")
        if b"\n" in part:
            begin = read + part.rindex(b"\n") + 1
        read += len(chunk)
        if read > offset:
            break
    return f"line {line}, byte {offset - begin + 1}"


def _is_mostly_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    right = wrong = 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk, final=not chunk)
        right += len(CHARACTERS.findall(text))
        wrong += text.count("\ufffd")
    return right >= wrong or (right >= FEW and right * ONE_IN >= wrong)


def _looks_like_chinese(head: bytes) -> bool:
    found = [match.lastindex for match in GBK.finditer(head) if match.lastindex]
    return len(found) < MIN_CHARACTERS or found.count(1) >= MIN_SHARE * len(found)
