"""Parsers of cells: each returns the stored value, or raises Unfit with the reason."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from api.codes.tables import CodeTableName, table
from api.importing.damage import CURE, Unfit, intact, intact_name, number, unwrap_formula
from api.people import mobile_number, names
from api.people.models import NAME_LENGTH
from api.text.characters import is_writable
from api.text.folding import visible

POSTAL = re.compile(r"[0-9]{6}", re.ASCII)
POSTAL_WITHOUT_ZERO = re.compile(r"[1-9][0-9]{4}", re.ASCII)
CODE_AND_NAME = re.compile(r"([0-9A-Z]+)[-_.:、]?([^0-9A-Z]+)|([^0-9A-Z(]+)[(]?([0-9A-Z]+)[)]?", re.ASCII)
YES, NO = frozenset({"1", "是", "true", "yes", "y"}), frozenset({"0", "否", "false", "no", "n"})

Reader = Callable[[str], Any]


def text(max_length: int) -> Reader:
    """Return the parser of a text of limited length."""

    def read(cell: str) -> str:
        cell = intact(unwrap_formula(cell) if cell.startswith("=") else cell)
        if len(cell) > max_length:
            raise Unfit(f"超过{max_length}个字")
        if not is_writable(cell):
            raise Unfit("含有无法保存的字符")
        return cell

    return read


_name = text(NAME_LENGTH)


def name(cell: str) -> str:
    """Parse a name. Its search key has to fit too: NFKC expands some characters to whole words."""
    read: str = intact_name(_name(cell))
    key = names.fold(read)
    if not key:
        raise Unfit("没有文字")
    if len(key) > NAME_LENGTH:
        raise Unfit(f"超过{NAME_LENGTH}个字")
    return read


def number_of(max_length: int) -> Reader:
    """Return the parser of a number or code that a spreadsheet may have converted to a quantity."""
    read = text(max_length)
    return lambda cell: read(number(cell))


def code(name: CodeTableName) -> Reader:
    """Return the parser of a code or its Chinese name; 99 as an ethnic group is the older code of 97.

    Retired codes are valid: old records have them.
    """
    codes = table(name)
    known = {other: entry.code for entry in codes.entries for other in _other_names(entry.name.zh)}
    known |= {entry.name.zh: entry.code for entry in codes.entries}
    known |= {entry.code: entry.code for entry in codes.entries}
    if name is CodeTableName.ETHNIC_GROUP:
        known["99"] = "97"
    # A spreadsheet drops the zero of 01.
    known |= {
        code[1:]: code for code in known.values() if len(code) == len("01") and code[0] == "0" and code[1:] not in known
    }

    def read(cell: str) -> str:
        found = known.get(cell) or known.get(plain := _plain_code(cell)) or _both(plain, known)
        if found is None:
            raise Unfit(f"不是{codes.title.zh}的代码或名称")
        return found

    return read


def _both(cell: str, known: Mapping[str, str]) -> str | None:
    """Return the code of 01-汉族 or 汉族(01), a combination of a code and its name."""
    found = CODE_AND_NAME.fullmatch(cell)
    if found is None:
        return None
    code, name = (known.get(part) for part in (found[1] or found[4], found[2] or found[3]))
    return code if code == name else None


def _plain_code(cell: str) -> str:
    """Return a code or a name in the form of the table: without wrappers of spreadsheets, in upper case."""
    plain = "".join(visible(number(cell)).split())
    return plain.upper() if plain.isascii() else plain


def _other_names(name: str) -> set[str]:
    """Return spellings of a name: 男 for 男性, 汉 for 汉族, without （…）, 失业 for 失业保险."""
    plain = name.partition("（")[0]
    bare = plain.removesuffix("保险").removesuffix("救助")
    return {plain, plain.removesuffix("族") or plain, plain.removesuffix("性") or plain, bare, f"{bare}保险"}


def mobile(cell: str) -> str:
    """Parse a mainland mobile number."""
    read = mobile_number.parse_mobile_number(number(cell))
    if read is None:
        raise Unfit("手机号码应为11位数字，以1开头")
    return read


def postal_code(cell: str) -> str:
    """Parse a postal code of six digits."""
    plain = "".join(visible(number(cell)).split())
    if POSTAL_WITHOUT_ZERO.fullmatch(plain):
        raise Unfit(f"邮政编码应为6位数字，开头的0可能已丢失，{CURE}")
    if not POSTAL.fullmatch(plain):
        raise Unfit("邮政编码应为6位数字")
    return plain


def yes_or_no(cell: str) -> bool:
    """Parse 是 or 否, 1 or 0, true or false, yes or no."""
    folded = _plain_code(cell).casefold()
    if folded not in YES | NO:
        raise Unfit("应为 是 或 否")
    return folded in YES
