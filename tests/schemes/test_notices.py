"""Notices: dated versions quoted from the guide, immutable once published."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from api.law.clause import Guide, read_guide
from api.law.notice import MalformedNotice, in_force, read_notices
from api.schemes.flexible_employment.law import GUIDE
from api.schemes.registry import SCHEMES
from tests.hall import Hall

NOTICES = SCHEMES["FLEXIBLE_EMPLOYMENT"]
CURRENT = "2026-11-30"
# The published guide between the title 灵活就业人员参保须知 and the words of consent, its line breaks kept.
OFFICIAL = """\
一、参保登记
年满16周岁未达到国家规定的法定退休年龄，在本市灵活就业的人员，首次参保登记的，可持二代居民身份证，到户籍地或居住地社保经办机构、街镇党群服务中心，办理灵活就业参保登记后，再到税务部门办理申报缴费。
首次参保和单位停缴人员可通过“天津人力社保”手机APP办理参保登记，单位停缴人员也可通过天津社会保险个人网厅、第三代自助机办理参保登记，或持本人身份证到户籍所在地或居住地社保经办机构、街镇党群服务中心，办理灵活就业参保登记手续，登记完成后请到税务部门办理申报缴费。
二、税务申报缴费
(一) 申报缴费期限
灵活就业人员可以选择按月、按季或者按年，于上月21日至本月19日内，向税务机关申报缴费。每年12月20日至31日，税务机关停止办理日常申报缴费及本年度补缴申报。但社保经办机构指定的未参保集体企业退休人员、补缴疫情期间欠缴社保费、退休补足医疗年限、补历年医疗保险费等人员的社会保险费除外。
(二) 申报缴费渠道
1、灵活就业人员可以登录国家税务总局天津市电子税务局网站，或下载注册“天津税务”手机APP，通过自然人登录方式，自助申报，并选择通过微信、支付宝等方式完成缴费。
2、灵活就业人员可以选择“微信”“云闪付”手机APP渠道，申报缴纳社会保险费。“微信”适用范围为按缴费基数下载缴费的本月申报及预缴申报，路径为：“微信-支付-城市服务”
"""
CONSENT = "本人同意上述内容，接受社会保险网上经办服务并承担相应的风险与责任。"
TEXT = "# 指南\n\n## FE-1 一\n\n> 旧文。\n\n## FE-2 二\n\n> 新文。\n\n## FE-3 三（告知）\n\n> 本人同意。\n"


def digest_of(version: str, clauses: list[list[str]], consent: str) -> str:
    """Compute the digest as the GraphQL description of the field defines it."""
    content = json.dumps([version, clauses, consent], ensure_ascii=False, separators=(",", ":"))
    return sha256(content.encode("utf-8")).hexdigest()


OLD = digest_of("2025", [["FE-1", "旧文。"]], "本人同意。")
NEW = digest_of("2027", [["FE-2", "新文。"]], "本人同意。")
GOOD = f"""\
[[notice]]
version = "2025"
published_on = 2025-01-01
clauses = ["FE-1"]
consent = "FE-3"
digest = "{OLD}"

[[notice]]
version = "2027"
published_on = 2027-01-01
clauses = ["FE-2"]
consent = "FE-3"
digest = "{NEW}"
"""


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    """Return a guide with an old clause, a new one, and words of consent."""
    file = tmp_path / "guide.md"
    file.write_text(TEXT, encoding="utf-8")
    return read_guide(file)


def notices_file(folder: Path, text: str) -> Path:
    """Return a notices file with that text."""
    file = folder / "notices.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_notice_in_force_by_day(tmp_path: Path, guide: Guide) -> None:
    """The new notice is in force from its day on, the old one until the day before; before the first, none."""
    notices = read_notices(notices_file(tmp_path, GOOD), "FLEXIBLE_EMPLOYMENT", guide)
    assert in_force(notices, date(2024, 12, 31)) is None
    old, new = in_force(notices, date(2026, 12, 31)), in_force(notices, date(2027, 1, 1))
    assert old is notices[0]
    assert new is notices[1]
    assert in_force(notices, date(2025, 1, 1)) is old
    assert (old.scheme, old.version, old.clauses[0].text, old.consent) == (
        "FLEXIBLE_EMPLOYMENT", "2025", "旧文。", "本人同意。"
    )  # fmt: skip
    assert old.digest == OLD


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "each version of the notice begins with [[notice]]"),
        ('notice = [{ version = "1" }]\n', 1, "each version of the notice begins with [[notice]]"),
        (GOOD.replace('"2027"', '"2025"').replace(NEW, digest_of("2025", [["FE-2", "新文。"]], "本人同意。")), 8,
         "a version of its own"),
        (GOOD.replace("2027-01-01", "2025-01-01"), 8, "a later day than the one before"),
        (GOOD.replace("2027-01-01", "2024-01-01"), 8, "a later day than the one before"),
        (GOOD.replace('["FE-2"]', '["FE-9"]'), 8, "quotes FE-9, which the guide does not have"),
        (GOOD.replace('"FE-3"\ndigest = "' + NEW, '"FE-8"\ndigest = "' + NEW), 8, "quotes FE-8"),
        (GOOD.replace('["FE-2"]', '["FE-1"]'), 8, "its words were changed"),
        (GOOD.replace('consent = "FE-3"\n', "", 1), 1, "a notice has clauses, consent, digest, published_on, version"),
        (GOOD.replace("2025-01-01", '"2025-01-01"'), 1, "a notice has clauses"),
        (GOOD.replace('["FE-1"]', '"FE-1"'), 1, "a notice has clauses"),
        (GOOD + 'valid = "x"\n', 8, "and nothing else"),
    ],
)  # fmt: skip
def test_malformed_notice_is_rejected_by_line(
    tmp_path: Path, guide: Guide, text: str, line: int, complaint: str
) -> None:
    """The message names the file and the line; a changed text is rejected with its actual digest."""
    file = notices_file(tmp_path, text)
    with pytest.raises(MalformedNotice) as refused:
        read_notices(file, "FLEXIBLE_EMPLOYMENT", guide)
    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert complaint in str(refused.value)


def test_invalid_toml_is_rejected_by_line(tmp_path: Path, guide: Guide) -> None:
    """A TOML syntax error is reported with file and line."""
    with pytest.raises(MalformedNotice, match=r"notices\.toml: .*line 1"):
        read_notices(notices_file(tmp_path, "[[notice\n"), "FLEXIBLE_EMPLOYMENT", guide)


def test_notice_equals_guide() -> None:
    """Headings, numbers, punctuation and spaces between the title and the words of consent are complete."""
    notice = NOTICES.notice_version(CURRENT)
    assert notice is not None
    assert notice.scheme == "FLEXIBLE_EMPLOYMENT"
    assert "".join(f"{clause.text}\n" for clause in notice.clauses) == OFFICIAL
    assert notice.consent == CONSENT
    assert all("灵活就业人员参保须知" in clause.place for clause in notice.clauses)
    assert [clause for clause in GUIDE.values() if "人员参保须知" in clause.place] == [*notice.clauses, GUIDE["FE-10"]]
    clauses = [[clause.id, clause.text] for clause in notice.clauses]
    assert notice.digest == digest_of(notice.version, clauses, notice.consent)


async def test_served_notice_equals_guide(hall: Hall) -> None:
    """The HTTP API serves every character in order, the form of each clause, and a recomputable digest."""
    query = "query ($v: String) { notice(version: $v) { version digest publishedOn consent clauses { id text form } } }"
    notice = (await hall.ask(query, {"v": CURRENT}))["data"]["notice"]
    assert "".join(f"{clause['text']}\n" for clause in notice["clauses"]) == OFFICIAL
    assert (notice["consent"], notice["publishedOn"]) == (CONSENT, CURRENT)
    clauses = [[clause["id"], clause["text"]] for clause in notice["clauses"]]
    assert notice["digest"] == digest_of(CURRENT, clauses, CONSENT)
    forms = {clause["text"][:2]: clause["form"] for clause in notice["clauses"] if clause["form"] != "TEXT"}
    assert forms == {
        "一、": "HEADING", "二、": "HEADING", "(一": "SUBHEADING", "(二": "SUBHEADING", "1、": "ITEM", "2、": "ITEM",
    }  # fmt: skip


def test_first_version_is_unchanged() -> None:
    """The first version keeps its clauses and digest, and is in force until the day before the next."""
    first = NOTICES.notice_version("2025-01-01")
    assert first is not None
    assert [clause.id for clause in first.clauses] == ["FE-2", "FE-3", "FE-7", "FE-8", "FE-9"]
    assert first.digest == "a7b969e0f8ac97e230f44669fea4f0f7c450d2c5a5b1724aa62f0c1fa52a914c"
    clauses = [[clause.id, clause.text] for clause in first.clauses]
    assert first.digest == digest_of(first.version, clauses, first.consent)
    assert NOTICES.notice_on(date(2025, 1, 1)) is NOTICES.notice_on(date(2026, 11, 29)) is first


def test_all_versions_are_readable() -> None:
    """`notice_version` returns each published version and None for others."""
    notice = NOTICES.notice_on(date(2026, 11, 30))
    assert notice is not None
    assert notice.version == CURRENT
    assert NOTICES.notice_version(notice.version) is notice
    assert NOTICES.notice_version("1999") is None
    assert NOTICES.notice_on(date.min) is None
    assert NOTICES.notice_on(date.max) is notice
