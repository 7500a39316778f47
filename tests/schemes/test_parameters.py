"""Dated parameters: in force by day, without gap or overlap, and rejected by line where malformed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.law.parameter import (
    Confidence,
    MalformedParameters,
    Parameter,
    Parameters,
    codes,
    month,
    number,
    one_of,
    percent,
    read_parameters,
    share,
    words_of,
)
from api.schemes.flexible_employment import law as flexible_employment
from api.schemes.shared import law as shared

GOOD = """\
[[age]]
value = "16"
from = 2011-07-01
until = 2026-12-31
legal_basis = "法一"
source = "公报"

[[age]]
value = "18"
from = 2027-01-01
legal_basis = "法二"
source = "公报"
"""
KINDS = {"age": number(0, 120)}
PERIOD = 'from = 2030-01-01\nlegal_basis = "法"\nsource = "报"\n'


def parameter_file(folder: Path, text: str) -> Path:
    """Return a parameter file with that text."""
    file = folder / "parameters.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_parameter_in_force_by_day(tmp_path: Path) -> None:
    """A parameter is in force from its first day to its last; before the first day there is none."""
    parameters = read_parameters(parameter_file(tmp_path, GOOD), KINDS)
    assert "age" not in parameters.on(date(2011, 6, 30))
    assert parameters.on(date(2011, 7, 1)).number("age") == 16
    assert parameters.on(date(2026, 12, 31)).number("age") == 16
    assert parameters.on(date(2027, 1, 1)).number("age") == 18
    assert parameters.on(date.max).number("age") == 18
    assert parameters.on(date.min).starts_on == date.min
    assert parameters.on(date(2030, 1, 1))["age"] == Parameter("age", "18", date(2027, 1, 1), None, "法二", "公报")


def test_laws_since_day(tmp_path: Path) -> None:
    """`since` returns the law of the day and each later one, by the day on which it begins."""
    parameters = read_parameters(parameter_file(tmp_path, GOOD), KINDS)
    assert [law.starts_on for law in parameters.since(date.min)] == [date.min, date(2011, 7, 1), date(2027, 1, 1)]
    assert [law.starts_on for law in parameters.since(date(2011, 7, 1))] == [date(2011, 7, 1), date(2027, 1, 1)]
    assert [law.starts_on for law in parameters.since(date(2026, 12, 31))] == [date(2011, 7, 1), date(2027, 1, 1)]
    assert [law.starts_on for law in parameters.since(date(2027, 1, 1))] == [date(2027, 1, 1)]


def test_confidence_is_official_by_default(tmp_path: Path) -> None:
    """A parameter is OFFICIAL unless the file marks it as secondary."""
    parameters = read_parameters(parameter_file(tmp_path, GOOD + 'confidence = "secondary"\n'), KINDS)
    assert [figure.confidence for figure in parameters.periods] == [Confidence.OFFICIAL, Confidence.SECONDARY]


def test_ended_parameter_has_no_successor(tmp_path: Path) -> None:
    """After a last period with an end there is no parameter; an end on 9999-12-31 has no effect."""
    ends = read_parameters(parameter_file(tmp_path, GOOD + "until = 2029-12-31\n"), KINDS)
    assert "age" in ends.on(date(2029, 12, 31))
    assert "age" not in ends.on(date(2030, 1, 1))
    last = read_parameters(parameter_file(tmp_path, GOOD + "until = 9999-12-31\n"), KINDS)
    assert last.on(date.max).number("age") == 18


def test_period_of_one_day(tmp_path: Path) -> None:
    """From and until may be the same day, and the parameter is in force on that day."""
    one_day = GOOD.replace("2026-12-31", "2011-07-01").replace("2027-01-01", "2011-07-02")
    parameters = read_parameters(parameter_file(tmp_path, one_day), KINDS)
    assert parameters.on(date(2011, 7, 1)).number("age") == 16
    assert parameters.on(date(2011, 7, 2)).number("age") == 18


def test_parameters_can_be_merged_and_filtered(tmp_path: Path) -> None:
    """Parameters of several files can be merged with `|` and filtered with `only`."""
    age = read_parameters(parameter_file(tmp_path, GOOD), KINDS)
    step = read_parameters(parameter_file(tmp_path, '[[step]]\nvalue = "4"\n' + PERIOD), {"step": number(1, 9)})
    both = age | step
    law = both.on(date(2030, 1, 1))
    assert (set(law), len(law)) == ({"age", "step"}, 2)
    assert (law.number("age"), law.words("step")) == (18, ("4",))
    assert set(both.only(lambda key: key == "step").on(date(2030, 1, 1))) == {"step"}
    assert law == both.on(date(2031, 1, 1))
    assert law != age.on(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (GOOD.replace("until = 2026-12-31\n", ""), 7, "age overlaps the period from 2011-07-01 on, which has no end"),
        (GOOD.replace("2027-01-01", "2026-12-31"), 8, "age overlaps the period before, which lasts until 2026-12-31"),
        (GOOD.replace("2027-01-01", "2027-01-02"), 8, "age leaves a gap after 2026-12-31"),
        (GOOD.replace("2027-01-01", "2001-01-01"), 8, "age overlaps the period before"),
        (GOOD.replace("until = 2026-12-31", "until = 2011-06-30"), 1, "ends on 2011-06-30, before it begins"),
        (GOOD.replace('source = "公报"\n', "", 1), 1, "age needs source"),
        (GOOD[: GOOD.rindex("source")], 8, "age needs source"),
        (GOOD.replace('legal_basis = "法一"', 'legal_basis = " "'), 1, "age needs legal_basis"),
        (GOOD.replace('value = "18"', "value = 18"), 8, "age needs value, in quotation marks"),
        (GOOD.replace("from = 2011-07-01", 'from = "2011-07-01"'), 1, "age needs from, and until if it ends"),
        (GOOD.replace("from = 2011-07-01", "from = 2011-07-01T00:00:00"), 1, "as dates like 2025-01-01"),
        (GOOD.replace("until = 2026-12-31", 'until = "never"'), 1, "as dates like 2025-01-01"),
        (GOOD.replace("from = 2027-01-01\n", ""), 8, "age needs from"),
        (GOOD + "untill = 2030-01-01\n", 8, "age has no untill; it has value, from, until, legal_basis, source"),
        (GOOD + 'confidence = "hearsay"\n', 8, "age has confidence 'hearsay'; it is one of official, secondary"),
        (GOOD + "confidence = true\n", 8, "age has confidence True"),
        (GOOD.replace('value = "18"', 'value = "eighteen"'), 8, "'eighteen': it is a whole number from 0 to 120"),
        (GOOD.replace('value = "18"', 'value = "121"'), 8, "a whole number from 0 to 120"),
        (GOOD + '\n[[wage]]\nvalue = "1"\n' + PERIOD, 14, "no rule reads wage; they read age"),
        ("wage = 16\n", 1, "no rule reads wage; they read age"),
        ("", 1, "age is missing"),
        ("age = 16\n", 1, "age is written as [[age]], once for each period"),
        ('age = [{ value = "16" }]\n', 1, "age is written as [[age]]"),
        ("[age]\n", 1, "age is written as [[age]]"),
    ],
)  # fmt: skip
def test_malformed_parameters_are_rejected_by_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    """The message names the file, the line of the period and the error."""
    file = parameter_file(tmp_path, text)
    with pytest.raises(MalformedParameters) as refused:
        read_parameters(file, KINDS)
    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert complaint in str(refused.value)


def test_invalid_toml_is_rejected_by_line(tmp_path: Path) -> None:
    """A TOML syntax error is reported with file and line."""
    with pytest.raises(MalformedParameters, match=r"parameters\.toml: .*line 2"):
        read_parameters(parameter_file(tmp_path, "[[age]]\nvalue = sixteen\n"), KINDS)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (number(1, 9), ["1", "9"], ["0", "10", "", "1 2", "-1", "１", "1.5"]),
        (one_of("a", "b"), ["a", "b"], ["c", "", "a b"]),
        (words_of("a", "b"), ["a", "b", "a b"], ["c", "a c", "a a"]),
        (percent, ["0", "8", "8.5", "8.05", "100"], ["", "8.", ".5", "8.555", "101", "-1", "８", "8,5", "8.5%"]),
        (share, ["2/3", "1/1", "3/10"], ["", "2", "3/2", "0/3", "2/0", "2/3/4", "２/３", "2 / 3"]),
        (codes(2), ["01", "01 16"], ["1", "011", "AB", "01 1", "01 01", "１２"]),
        (month, ["2025-01", "2025-12", "0001-01"],
         ["2025", "2025-00", "2025-13", "2025-1", "25-01", "0000-01", "2025-1x"]),
    ],
)  # fmt: skip
def test_values_are_validated_by_kind(kind: object, right: list[str], wrong: list[str]) -> None:
    """An unknown code, channel or policy is rejected at load time."""
    assert callable(kind)
    assert [value for value in right if kind(value) is not None] == []
    assert [value for value in wrong if kind(value) is None] == []


@pytest.mark.parametrize("parameters", [flexible_employment.PARAMETERS, shared.LAW], ids=["flexible", "shared"])
def test_parameters_have_legal_basis(parameters: Parameters) -> None:
    """Every parameter has a legal basis and a source."""
    assert parameters.periods
    assert [period for period in parameters.periods if not (period.legal_basis.strip() and period.source.strip())] == []


@given(st.dates())
def test_law_of_day_covers_day(day: date) -> None:
    """The law of a day contains, for each key, the one period that covers the day, and no other."""
    law = flexible_employment.LAW.on(day)
    covering = [
        period
        for period in flexible_employment.LAW.periods
        if period.from_ <= day <= (period.until or date.max)
    ]  # fmt: skip
    assert sorted(law) == sorted(period.key for period in covering)
    assert all(law[period.key] is period for period in covering)
    assert law.starts_on <= day


def test_rules_read_all_parameters() -> None:
    """Every parameter of flexible employment is read by a rule, and rules read no unknown parameter."""
    from api.schemes.flexible_employment.rules import RULES

    read = {key for rule in RULES for key in (*rule.reads, *rule.reads_if_any)}
    assert read == set(flexible_employment.LAW.on(date(2026, 11, 23)))


def test_day_before_change_has_old_law(tmp_path: Path) -> None:
    """The day before a change has the previous law."""
    parameters = read_parameters(parameter_file(tmp_path, GOOD), KINDS)
    for later in parameters.since(date.min)[1:]:
        assert parameters.on(later.starts_on - timedelta(days=1)) != later
        assert parameters.on(later.starts_on) == later
