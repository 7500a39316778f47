"""The official guides: quoted word for word, numbered, cited by rules, and rejected where malformed."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from api.law.clause import ClauseForm, MalformedGuide, read_guide
from api.schemes.registry import SCHEMES
from tests.architecture.sources import ROOT

FLEXIBLE_EMPLOYMENT = ROOT / "api/schemes/flexible_employment/guide.md"
RESIDENTS_PENSION = ROOT / "api/schemes/residents_pension/guide.md"
PERSONAL_INFORMATION = ROOT / "api/people/guide.md"


def quoted_lines(path: Path) -> list[str]:
    """Return the quoted lines of a guide in order, without the clauses that only earlier notices cite."""
    text, _, _ = path.read_text(encoding="utf-8").partition("### 旧版须知的条款")
    return [line[2:] for line in text.splitlines() if line.startswith("> ")]


@pytest.mark.parametrize(
    ("path", "first", "last", "digest"),
    [
        (FLEXIBLE_EMPLOYMENT, "FE-1", "FE-19", "d9ec1905ef655dfaf545804c7a178ba2ddda6d6d2fdd4c48925229049a900c72"),
        (RESIDENTS_PENSION, "RP-1", "RP-5", "b2a31c43d5f315d265f216e6960e0ee2bf5352ddad6223690c9b8b996f14e04a"),
        (PERSONAL_INFORMATION, "PI-1", "PI-3", "27934d553c81e03f0b1cd908dcb5d72931042c7ec90611c1ef9a83bff75a6091"),
    ],
)
def test_quoted_text_is_unchanged(path: Path, first: str, last: str, digest: str) -> None:
    """The digest of the quoted text equals that of the published guide."""
    guide = read_guide(path)
    assert {first, last} <= set(guide)
    assert len(guide) == int(last.split("-")[1])
    assert sha256("\n".join(quoted_lines(path)).encode()).hexdigest() == digest


@pytest.mark.parametrize("name", SCHEMES)
def test_rules_cite_all_binding_clauses(name: str) -> None:
    """The rules of a scheme cite exactly its binding clauses."""
    scheme = SCHEMES[name]
    cited = {view.clause.id for view in scheme.rules_on(date(2026, 11, 23))}
    assert cited == {clause.id for clause in scheme.guide.values() if clause.binding}


def test_guide_of_person_query_has_no_binding_clause() -> None:
    """The guide of 个人基本信息查询 lays down no condition, so no rule cites it."""
    assert not any(clause.binding for clause in read_guide(PERSONAL_INFORMATION).values())


def guide_of(path: Path, text: str) -> Path:
    """Return a guide with that text."""
    file = path / "guide.md"
    file.write_text(text, encoding="utf-8")
    return file


GOOD = """\
# 指南

> 标题

## FE-1 第一条

> 一。

### 别的

> 不是条款

## FE-2 第二条（告知）

> 二。
> 三。
"""


def test_guide_consists_of_numbered_quotations(tmp_path: Path) -> None:
    """Headings are no clauses, 告知 clauses are not binding, and text outside quotations is ignored."""
    guide = read_guide(guide_of(tmp_path, GOOD + "\n给读者的话。\n"))
    assert list(guide) == ["FE-1", "FE-2"]
    assert (guide["FE-1"].text, guide["FE-1"].binding, guide["FE-1"].place) == ("一。", True, "第一条")
    assert (guide["FE-2"].text, guide["FE-2"].binding, guide["FE-2"].place) == ("二。\n三。", False, "第二条")
    assert {clause.form for clause in guide.values()} == {ClauseForm.TEXT}
    assert "FE-2" in guide
    assert "FE-3" not in guide
    assert len(guide) == 2


def test_clause_forms(tmp_path: Path) -> None:
    """（标题）, （小标题） and （列项） mark a clause as a heading, a subheading or a numbered item."""
    headings = "\n## FE-3 三（告知）（标题）\n\n> 三、\n\n## FE-4 四（告知）（小标题）\n\n> (四)\n"
    guide = read_guide(guide_of(tmp_path, GOOD + headings + "\n## FE-5 五（列项）\n\n> 5、\n"))
    seen = [(clause.place, clause.binding, clause.form) for clause in list(guide.values())[2:]]
    assert seen == [
        ("三", False, ClauseForm.HEADING),
        ("四", False, ClauseForm.SUBHEADING),
        ("五", True, ClauseForm.ITEM),
    ]


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "has no clause"),
        ("# 标题\n> 一。\n", 1, "has no clause"),
        ("> 一。\n", 1, "a quotation stands below a heading"),
        ("## FE-1 条\n", 1, "the clause FE-1 quotes nothing"),
        (GOOD + "## FE-3 空\n\n话\n", 17, "the clause FE-3 quotes nothing"),
        (GOOD + "## FE-2 又\n\n> 二。\n", 17, "the clause FE-2 stands twice"),
        (GOOD + "## 第三条\n\n> 三。\n", 17, "a clause's heading reads like"),
        (GOOD + "## FE-03 第三条\n\n> 三。\n", 17, "a clause's heading reads like"),
        (GOOD + "## fe-3 第三条\n\n> 三。\n", 17, "a clause's heading reads like"),
        (GOOD + "## FE-3\n\n> 三。\n", 17, "a clause's heading reads like"),
        (GOOD + "## FE-3 条\n\n>三。\n", 19, "a quotation begins with '> '"),
        (GOOD + "## FE-3 条\n\n> \n", 19, "a quotation begins with '> '"),
        (GOOD.replace("FE-1", "FE-3"), 1, "has 2 clauses, but no FE-1"),
        (GOOD + "## FE-4 条\n\n> 四。\n", 1, "no FE-3"),
        (GOOD + "## PI-3 条\n\n> 四。\n", 1, "clauses of several guides: FE, PI"),
    ],
)
def test_malformed_guide_is_rejected_by_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    """The message names the file, the line and the error."""
    file = guide_of(tmp_path, text)
    with pytest.raises(MalformedGuide) as refused:
        read_guide(file)
    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert complaint in str(refused.value)


def test_citing_missing_clause_names_citing_line(tmp_path: Path) -> None:
    """Citing a clause that the guide lacks raises an error that names the citing file and line."""
    guide = read_guide(guide_of(tmp_path, GOOD))
    with pytest.raises(MalformedGuide, match=r"test_guides\.py:\d+: cites FE-9, which .*guide\.md does not have"):
        guide["FE-9"]
