"""Readers of a library, as a scheme: two conditions, one of which has a code that other schemes have too."""

from datetime import date
from pathlib import Path

from api.codes.tables import CodeTableName
from api.enrolment.case import Case
from api.enrolment.form import FieldKind, FormField
from api.enrolment.scheme import Choices, Record, Scheme
from api.enrolment.status import Coverage
from api.enrolment.store import registration_of
from api.law import notice
from api.law.clause import read_guide
from api.law.condition import Finding, MissingFact, rule
from api.law.days import add_years
from api.law.parameter import Law, number, read_parameters
from api.law.rule import Fact, Verdict
from api.law.rulebook import Decided, Rulebook, version_of
from api.text.i18n import Text

FOLDER = Path(__file__).parent
GUIDE = read_guide(FOLDER / "guide.md")
PARAMETERS = read_parameters(FOLDER / "parameters.toml", {"minimum_age": number(0, 120)})
NAME = "LIBRARY_READER"


@rule(
    GUIDE["TS-1"],
    code="MINIMUM_AGE",
    title=Text("年满{minimum_age}周岁", "At least {minimum_age}"),
    refusal=Text("未满{minimum_age}周岁。", "You are under {minimum_age}."),
    refusal_title=Text("年龄不足", "Too young"),
    legal_basis="《借阅规则》第一条",
    facts=[lambda case, _law: [Fact(Text("出生日期", "Born"), str(case.birth_date), "record", personal=True)]],
    reads=["minimum_age"],
)
def is_old_enough(case: Case, law: Law) -> Finding:
    """年满10周岁."""
    reached = None if case.birth_date is None else add_years(case.birth_date, law.number("minimum_age"))
    return (
        MissingFact(Text("缺少出生日期。", "No date of birth."), Text("缺少", "Missing"))
        if reached is None
        else (reached <= case.on)
    )


@rule(
    GUIDE["TS-1"],
    code="NOT_YET_A_READER",
    title=Text("尚未登记为读者", "Not a reader yet"),
    refusal=Text("您已是读者。", "You are a reader already."),
    refusal_title=Text("已是读者", "A reader already"),
    legal_basis="《借阅规则》第一条",
    facts=[],
)
def is_no_reader_yet(case: Case, _law: Law) -> Finding:
    """登记为读者, once."""
    return not case.is_enrolled_under(None)


class LibraryReader(Scheme):
    """图书馆读者登记."""

    name = NAME
    title = Text("图书馆读者登记", "Library reader")
    form_title = notice_title = title
    payment = Text("不收费", "free of charge")
    person_field = "libraryReader"
    id_prefix = "reader"
    guide = GUIDE
    notices = notice.read_notices(FOLDER / "notices.toml", NAME, GUIDE)
    rulebook = Rulebook(
        NAME, (is_old_enough, is_no_reader_yet), version_of([(FOLDER / "scheme.py").read_text(encoding="utf-8")])
    )
    parameters = PARAMETERS
    rule_codes = {  # noqa: RUF012 - never changed
        "MINIMUM_AGE": "年满10周岁。Ten years old.",
        "NOT_YET_A_READER": "尚未登记为读者。Not a reader yet.",
    }
    fields = (
        FormField("ethnicGroup", Text("民族", "ethnic group"), FieldKind.CODE, codes=CodeTableName.ETHNIC_GROUP,
                  recorded=lambda person: person.ethnic_group),
        FormField("mobileNumber", Text("手机号码", "mobile number"), FieldKind.MOBILE_NUMBER),
        FormField("keepsRules", Text("声明", "declaration"), FieldKind.DECLARATION,
                  statement=Text("我遵守借阅规则", "I keep the rules")),
    )  # fmt: skip
    idempotency_names = ("register LIBRARY_READER", "withdraw LIBRARY_READER")

    def coverage(self, on: date) -> Coverage | None:
        """Return that no insurance carries it."""

    def case(self, record: Record, choices: Choices) -> Case:
        """Return the case of a record."""
        person = record.person
        return Case(
            on=choices.on, channel=choices.channel, id_type=person.id_type, birth_date=person.birth_date,
            sex=person.sex, drawing_pension=person.drawing_pension, participations=(), district=choices.district,
            registrations=tuple(registration_of(row) for row in reversed(record.enrolments)),
        )  # fmt: skip

    def judge(self, case: Case) -> Verdict:
        """Return the verdict, without advice."""
        return self.rulebook.judge(case, PARAMETERS, no_advice)


def no_advice(_decided: Decided[Case]) -> tuple[()]:
    """Return no advice."""
    return ()


SCHEME = LibraryReader()
