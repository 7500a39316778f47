"""How a text file is written: UTF-8, UTF-16 with its mark, or GB18030. That bytes decode is no proof that they mean it.

Bytes of UTF-8 nearly always decode as GB18030 too, and give characters that were never written: 张三 becomes 寮犱笁.
So a file that is mostly UTF-8 is refused, with the place of the damage, and what decodes as GB18030 has to look like
Chinese.
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
# What a file is that is no text, by how it begins.
NO_TEXT = (
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
# In text of GB18030, bytes make a character of three bytes in UTF-8 about once in a thousand; in damaged UTF-8, often.
FEW, ONE_IN = 3, 10
CHARACTERS = re.compile("[\u0800-\ufffc\U00010000-\U0010ffff]")
# A two-byte character of GBK: in the rows of GB 2312 for signs and characters, or anywhere.
GBK = re.compile(
    rb"([\xa1\xa3\xb0-\xf7][\xa1-\xfe])|([\x81-\xfe][\x40-\x7e\x80-\xfe])|[\x81-\xfe][0-9][\x81-\xfe][0-9]"
)
# Judged from so many characters on. Names of Taiwan and Hong Kong have more that GB 2312 lacks, but never most.
ENOUGH, LEAST_SHARE = 12, 0.4


class Unreadable(Exception):
    """A whole file cannot be read; the message says why, and holds nothing of it."""


def encoding_of(path: Path) -> str:
    """Return how a text file is written; raise Unreadable, with what was found and the cure, where that is unsure."""
    with path.open("rb") as file:
        head = file.read(CHUNK)
    begin = head[:40].removeprefix(codecs.BOM_UTF8).lstrip()
    for beginning, kind in NO_TEXT:
        if begin.startswith(beginning) or begin.lower().startswith(beginning):
            raise Unreadable(f"it is {kind}; {CURE}")
    encoding = next((name for mark, name in MARKS if head.startswith(mark)), None)
    if encoding not in {None, "utf-8-sig"}:
        return _marked(path, str(encoding))
    fault = _first_fault(path, "utf-8")
    # Text of UTF-8 may hold a NUL by accident, GB18030 hardly; in UTF-16 every comma and line end has one.
    if head.count(0) > (0 if fault is not None else len(head) // 5):
        raise Unreadable(f"it looks like UTF-16 without its byte-order mark; {CURE}")
    if fault is None:
        return encoding or "utf-8"
    if encoding or _is_mostly_utf_8(path):
        raise Unreadable(f"it is UTF-8, but damaged: {_place(path, fault)}; {CURE}, or send it again")
    other = _first_fault(path, "gb18030")
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


def _marked(path: Path, encoding: str) -> str:
    fault = _first_fault(path, encoding)
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


def _first_fault(path: Path, encoding: str) -> int | None:
    """Return the place of the first byte that cannot be decoded; None where there is none."""
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
    """Return where a byte is, as an editor counts: its line, and which byte of the line it is."""
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
    return len(found) < ENOUGH or found.count(1) >= LEAST_SHARE * len(found)
