"""What a cell of an import may hold: each reader gives the stored value, or raises Unfit with the reason."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from api.codes.tables import CodeTableName, table
from api.people import mobile_number, names
from api.people.models import NAME_LENGTH

DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))", re.ASCII)
POSTAL = re.compile(r"[0-9]{6}", re.ASCII)
YES, NO = frozenset({"1", "是", "true", "yes", "y"}), frozenset({"0", "否", "false", "no", "n"})
# Rare characters of names may be newer than Python's tables, or stand where a bureau's own font has put them.
UNWRITABLE = frozenset({"Cc", "Cs"})
EARLIEST = date(1900, 1, 1)

Reader = Callable[[str], Any]


class Unfit(Exception):
    """A cell cannot be stored; the message says why, in Chinese, and holds nothing of it."""


def text(longest: int) -> Reader:
    """Return the reader of a text of so many characters at most."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise Unfit(f"超过{longest}个字")
        if not cell.isprintable() and any(unicodedata.category(sign) in UNWRITABLE for sign in cell):
            raise Unfit("含有无法保存的字符")
        return cell

    return read


_name = text(NAME_LENGTH)


def name(cell: str) -> str:
    """Read a name; the key under which it is found has to fit too, where some signs stand for whole words."""
    read: str = _name(cell)
    if len(names.fold(read)) > NAME_LENGTH:
        raise Unfit(f"超过{NAME_LENGTH}个字")
    return read


def code(name: CodeTableName) -> Reader:
    """Return the reader of a code or its Chinese name; 99 as an ethnic group is the older code of 97.

    Retired codes are read too: an import brings records as they are, and those were given while the code was in force.
    """
    codes = table(name)
    known = {other: entry.code for entry in codes.entries for other in _other_names(entry.name.zh)}
    known |= {entry.name.zh: entry.code for entry in codes.entries}
    known |= {entry.code: entry.code for entry in codes.entries}
    if name is CodeTableName.ETHNIC_GROUP:
        known["99"] = "97"

    def read(cell: str) -> str:
        found = known.get(cell)
        if found is None:
            raise Unfit(f"不是{codes.title.zh}的代码或名称")
        return found

    return read


def _other_names(name: str) -> set[str]:
    """Return how else a name is written: 男 for 男性, 汉 for 汉族, without （…）, 失业 for 失业保险."""
    plain = name.partition("（")[0]
    bare = plain.removesuffix("保险").removesuffix("救助")
    return {plain, plain.removesuffix("族") or plain, plain.removesuffix("性") or plain, bare, f"{bare}保险"}


def day(cell: str) -> date:
    """Read a day: 2026-12-01, 20261201 or 2026/12/1."""
    found = DATE.fullmatch(cell)
    if found is None:
        raise Unfit("日期应为 2026-12-01、20261201 或 2026/12/1")
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    try:
        read = date(year, month, of_month)
    except ValueError:
        raise Unfit("没有这一天") from None
    if read < EARLIEST:
        raise Unfit("早于1900年")
    return read


def mobile(cell: str) -> str:
    """Read a mainland mobile number."""
    read = mobile_number.read(cell)
    if read is None:
        raise Unfit("手机号码应为11位数字，以1开头")
    return read


def postal_code(cell: str) -> str:
    """Read a postal code of six digits."""
    if not POSTAL.fullmatch(cell):
        raise Unfit("邮政编码应为6位数字")
    return cell


def yes_or_no(cell: str) -> bool:
    """Read 是 or 否, 1 or 0, true or false, yes or no."""
    folded = cell.casefold()
    if folded not in YES | NO:
        raise Unfit("应为 是 或 否")
    return folded in YES
