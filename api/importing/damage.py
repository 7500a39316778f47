"""What spreadsheets and wrong encodings do to cells: repaired where nothing is lost, else refused with the cure."""

import re
from collections.abc import Iterable

from api.people import identity_number
from api.people.identity_number import NUMBERED_TYPES, IdentityNumber
from api.text.folding import OWN_KEY, number_form

CURE = "请把该列设为“文本”格式后重新导出"
CUT = f"号码末尾的000由表格软件写入，原来的数字已丢失，{CURE}"
ROUNDED = f"号码被表格软件改写为科学计数法，部分数字已丢失，{CURE}"
# ="120101" and '120101 are how a spreadsheet is made to keep a number as text.
FORMULA = re.compile(r'="(.*)"', re.DOTALL)
# A spreadsheet runs a cell that begins so (https://owasp.org/www-community/attacks/CSV_Injection), full width too, and
# may divide rows at other signs than the import does.
RUN = re.compile(r"(^|[,;\t|\r\n])([\"\s]*)(?=[=+\-@＝＋－＠])")
SCIENTIFIC = re.compile(r"([+]?[0-9])(?:[.,]([0-9]+))?[Ee][+]?([0-9]{1,2})", re.ASCII)
WHOLE = re.compile(r"([0-9]+)[.]0+", re.ASCII)
# Doubles of eighteen digits lie sixteen apart: a number between them has not been through one.
GAP = 16
# Eighteen digits of which a spreadsheet kept fifteen, or which went through a double and came out with a fraction.
DOUBTFUL = re.compile(r"(?<![0-9])(?:[0-9]{15}000|[0-9]{18}[.]0+)(?![0-9])", re.ASCII)
# How many doubtful numbers of a file have a wrong check digit before all of them are taken for damaged.
SEVERAL = 2
# A sign in place of one that could not be converted; what compilers and converters leave; errors of spreadsheets.
LOST = re.compile(
    r"\ufffd|[?？]{2,}|锟斤拷|锟斤|斤拷|锘縖?|烫烫|屯屯|葺葺|ï¿½|ï»¿|â€|#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)|#{3,}"
)
# Each match of LOST holds one of these; most cells hold none, and are looked through once.
SUSPECT = re.compile("[\ufffd?？锟斤锘烫屯葺ïâ#]")
LOST_IN_NAMES = re.compile(r"[?？□■〓]|&#[0-9]+;|&#x[0-9a-fA-F]+;|\\u[0-9a-fA-F]{4}|%[0-9A-F]{2}%[0-9A-F]{2}")
SUSPECT_IN_NAMES = re.compile(r"[?？□■〓&\\%]")
READ_AS_LATIN = (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gbk"))
READ_AS_CHINESE = (("gb18030", "utf-8"),)
# The first bytes of a Chinese character in UTF-8.
LEADS = range(0xE3, 0xEA)
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•]+")


class Unfit(Exception):
    """A cell cannot be stored; the message says why, in Chinese, and holds nothing of it."""


def disarmed(text: str) -> str:
    """Return a row or a header in which no cell begins as a formula does, whatever sign divides it."""
    return RUN.sub(r"\1\2'", text)


def as_written(cell: str) -> str:
    """Return a cell without the sign that `disarmed` gave it."""
    return cell[1:] if cell[:1] == "'" and RUN.match(cell[1:]) else cell


def unwrapped(cell: str) -> str:
    """Return a text without the formula that kept it a text."""
    if cell.startswith("="):
        found = FORMULA.fullmatch(cell)
        return found[1].replace('""', '"').strip() if found else cell
    return cell


def number(cell: str) -> str:
    """Return a cell with a number as a spreadsheet was given it; raise Unfit where digits are lost."""
    if cell.isalnum():
        return cell
    plain = unwrapped(cell).lstrip("'‘’＇`")
    folded = number_form(plain)
    if found := SCIENTIFIC.fullmatch(folded):
        whole, part, exponent = found[1].lstrip("+"), found[2] or "", int(found[3])
        if len(part) < exponent or part[exponent:].strip("0"):
            raise Unfit(ROUNDED)
        return whole + part[:exponent]
    found = WHOLE.fullmatch(folded)
    return found[1] if found else plain


def doubt(cell: str) -> str | None:
    """Return why a number may not be the one that was typed; None where nothing speaks for that."""
    if not cell.endswith(("0", "０", '0"')):
        return None
    written = number_form(unwrapped(cell))
    if not DOUBTFUL.fullmatch(written):
        return None
    if written.endswith("000") and "." not in written:
        return CUT
    return ROUNDED if int(written.partition(".")[0]) % GAP == 0 else None


def are_damaged(cells: Iterable[str]) -> bool:
    """Return whether the numbers of a file were damaged: several doubtful ones have a wrong check digit or birth.

    Of damaged numbers one in eleven has the right check digit by chance: alone it looks like anybody's.
    """
    wrong = 0
    for cell in cells:
        if doubt(cell) and not any(
            isinstance(identity_number.parse_identity_number(kind, number(cell)), IdentityNumber)
            for kind in NUMBERED_TYPES
        ):
            wrong += 1
            if wrong == SEVERAL:
                return True
    return False


def intact(cell: str) -> str:
    """Return a text; raise Unfit where a conversion or a spreadsheet has put something else in its place."""
    if SUSPECT.search(cell) and LOST.search(cell):
        raise Unfit("含有转换编码或表格软件留下的乱码，请从原系统重新导出")
    return cell


def intact_name(cell: str) -> str:
    """Return a name; raise Unfit where signs of it are lost, or where it was read in an encoding that it is not in."""
    if (SUSPECT_IN_NAMES.search(intact(cell)) and LOST_IN_NAMES.search(cell)) or _is_misread(cell):
        raise Unfit("姓名含有乱码或缺字，请从原系统重新导出")
    return cell


def _is_misread(name: str) -> bool:
    """Return whether a name is UTF-8 read as GBK (寮犱笁) or Latin-1 (å¼ ä¸‰), or GBK read as Latin-1 (ÕÅÈý)."""
    if name.isascii() or (OWN_KEY.fullmatch(name) and name[0].encode("gb18030")[0] not in LEADS):
        return False
    is_latin = max(name) < "\u2123"
    for encoding, meant in READ_AS_LATIN if is_latin else READ_AS_CHINESE:
        if meant == "gbk" and min(name) < "\xa1":
            continue
        try:
            # The second byte of 张 is a no-break space in Latin-1, which may have become a space.
            if CHINESE.fullmatch(name.replace(" ", "\xa0").encode(encoding).decode(meant)):
                return True
        except UnicodeError:
            continue
    return False
