"""Damage to cells by spreadsheets and wrong encodings: repaired if nothing is lost, else rejected with advice."""

import re
from collections.abc import Iterable

from api.people import identity_number
from api.people.identity_number import NUMBERED_TYPES, IdentityNumber
from api.text.folding import OWN_KEY, number_form

CURE = "请把该列设为“文本”格式后重新导出"
CUT = f"号码末尾的000由表格软件写入，原来的数字已丢失，{CURE}"
ROUNDED = f"号码被表格软件改写为科学计数法，部分数字已丢失，{CURE}"
# ="120101" and '120101 make a spreadsheet keep a number as text.
FORMULA = re.compile(r'="(.*)"', re.DOTALL)
# CSV injection (https://owasp.org/www-community/attacks/CSV_Injection): a spreadsheet runs a cell that begins like
# this, also in full width, and may split rows at other delimiters than the import.
FORMULA_START = re.compile(r"(^|[,;\t|\r\n])([\"\s]*)(?=[=+\-@＝＋－＠])")
SCIENTIFIC = re.compile(r"([+]?[0-9])(?:[.,]([0-9]+))?[Ee][+]?([0-9]{1,2})", re.ASCII)
WHOLE = re.compile(r"([0-9]+)[.]0+", re.ASCII)
# The spacing of doubles of eighteen digits: a number between two of them was never a double.
DOUBLE_SPACING = 16
# Eighteen digits that may have been cut to fifteen, or converted to a double with a fraction.
DOUBTFUL = re.compile(r"(?<![0-9])(?:[0-9]{15}000|[0-9]{18}[.]0+)(?![0-9])", re.ASCII)
# Doubtful numbers with a wrong check digit from which all doubtful numbers of a file count as damaged.
DAMAGE_THRESHOLD = 2
# Replacement characters, residues of compilers and converters, and spreadsheet errors.
LOST = re.compile(
    r"\ufffd|[?？]{2,}|锟斤拷|锟斤|斤拷|锘縖?|烫烫|屯屯|葺葺|ï¿½|ï»¿|â€|#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)|#{3,}"
)
# Fast path: each match of LOST contains one of these.
SUSPECT = re.compile("[\ufffd?？锟斤锘烫屯葺ïâ#]")
LOST_IN_NAMES = re.compile(r"[?？□■〓]|&#[0-9]+;|&#x[0-9a-fA-F]+;|\\u[0-9a-fA-F]{4}|%[0-9A-F]{2}%[0-9A-F]{2}")
SUSPECT_IN_NAMES = re.compile(r"[?？□■〓&\\%]")
READ_AS_LATIN = (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gbk"))
READ_AS_CHINESE = (("gb18030", "utf-8"),)
# The first bytes of a Chinese character in UTF-8.
UTF_8_LEAD_BYTES = range(0xE3, 0xEA)
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•]+")


class Unfit(Exception):
    """A cell cannot be stored. The message is Chinese and contains nothing of the cell."""


def escape_formulas(text: str) -> str:
    """Escape the beginning of each cell that a spreadsheet would run as a formula, for any delimiter."""
    return FORMULA_START.sub(r"\1\2'", text)


def unescape_formula(cell: str) -> str:
    """Undo `escape_formulas` for a cell."""
    return cell[1:] if cell[:1] == "'" and FORMULA_START.match(cell[1:]) else cell


def unwrap_formula(cell: str) -> str:
    """Return the text of a cell like ="120101"."""
    if cell.startswith("="):
        found = FORMULA.fullmatch(cell)
        return found[1].replace('""', '"').strip() if found else cell
    return cell


def number(cell: str) -> str:
    """Return the original number of a cell that a spreadsheet converted; raise Unfit if digits are lost."""
    if cell.isalnum():
        return cell
    plain = unwrap_formula(cell).lstrip("'‘’＇`")
    folded = number_form(plain)
    if found := SCIENTIFIC.fullmatch(folded):
        whole, part, exponent = found[1].lstrip("+"), found[2] or "", int(found[3])
        if len(part) < exponent or part[exponent:].strip("0"):
            raise Unfit(ROUNDED)
        return whole + part[:exponent]
    found = WHOLE.fullmatch(folded)
    return found[1] if found else plain


def doubt(cell: str) -> str | None:
    """Return why a number may differ from the original; None without any sign of that."""
    if not cell.endswith(("0", "０", '0"')):
        return None
    written = number_form(unwrap_formula(cell))
    if not DOUBTFUL.fullmatch(written):
        return None
    if written.endswith("000") and "." not in written:
        return CUT
    return ROUNDED if int(written.partition(".")[0]) % DOUBLE_SPACING == 0 else None


def are_damaged(cells: Iterable[str]) -> bool:
    """Return whether several doubtful numbers of a file have a wrong check digit or birth date.

    A single one proves nothing: one damaged number in eleven has a valid check digit by chance.
    """
    wrong = 0
    for cell in cells:
        if doubt(cell) and not any(
            isinstance(identity_number.parse_identity_number(kind, number(cell)), IdentityNumber)
            for kind in NUMBERED_TYPES
        ):
            wrong += 1
            if wrong == DAMAGE_THRESHOLD:
                return True
    return False


def intact(cell: str) -> str:
    """Return a text; raise Unfit if a conversion or a spreadsheet has replaced parts of it."""
    if SUSPECT.search(cell) and LOST.search(cell):
        raise Unfit("含有转换编码或表格软件留下的乱码，请从原系统重新导出")
    return cell


def intact_name(cell: str) -> str:
    """Return a name; raise Unfit if characters are lost, or if it was decoded with a wrong encoding."""
    if (SUSPECT_IN_NAMES.search(intact(cell)) and LOST_IN_NAMES.search(cell)) or _is_misread(cell):
        raise Unfit("姓名含有乱码或缺字，请从原系统重新导出")
    return cell


def _is_misread(name: str) -> bool:
    """Return whether a name is UTF-8 read as GBK (寮犱笁) or Latin-1 (å¼ ä¸‰), or GBK read as Latin-1 (ÕÅÈý)."""
    if name.isascii() or (OWN_KEY.fullmatch(name) and name[0].encode("gb18030")[0] not in UTF_8_LEAD_BYTES):
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
