"""The declaration calendar and the retirement date, in GraphQL: public, for anyone."""

from datetime import date
from typing import Annotated

import strawberry

from api.enrolment.form import FieldProblem, FieldProblemCode
from api.graphql.context import Info
from api.graphql.scalars import Month
from api.graphql.types import In, MonthSpan, described, instead
from api.schemes.eligibility import NextStep, steps_of
from api.schemes.field_problems import InvalidInput, invalid_input
from api.schemes.schema import On
from api.schemes.shared import declaration_window as calendar
from api.schemes.shared import retirement as retiring
from api.schemes.shared.retirement import PositionNature
from api.text.i18n import Language, Text

described(
    calendar.DeclarationKind,
    "申报方式。How much is declared at once.",
    MONTH="按月。A month.",
    QUARTER="按季。A quarter.",
    YEAR="按年。A year.",
)
described(
    retiring.FormOfEmployment,
    "就业方式。Whether there is an employer.",
    FLEXIBLE="灵活就业，没有用人单位。Flexible employment, without an employer.",
    WITH_EMPLOYER="有用人单位。With an employer.",
)
described(
    retiring.RetirementKind,
    "退休日期的种类。What a retirement date is.",
    STATUTORY="法定退休。The statutory date.",
    EARLIER="弹性提前退休，仍可选择的最早一天。Earlier by choice: the earliest day that can still be chosen.",
    LATER="弹性延迟退休，可协商的最晚一天。Later by agreement with the employer: the latest day.",
)


@strawberry.type(
    description="一次可申报的费款所属期：按季、按年的，只含本月及以后各月。What can be declared at once in a window: of a quarter or a year, its "
    "month and those that follow."
)
class DeclarationPeriod:
    """A range of months."""

    period: strawberry.Private[calendar.DeclarationPeriod]

    @strawberry.field(description="按月、按季或按年。A month, a quarter or a year.")
    def kind(self) -> calendar.DeclarationKind:
        return self.period.kind

    @strawberry.field(description="仍可申报的月份。The months that can still be declared.")
    def span(self) -> MonthSpan:
        return MonthSpan(from_=Month(self.period.first_month), until=Month(self.period.last_month))

    @strawberry.field(
        description="仍可申报的起始月份，如 2026-11。The first month that can still be declared. Example: 2026-11.",
        deprecation_reason=instead("DeclarationPeriod.span"),
    )
    def first_month(self) -> str:
        return self.period.first_month

    @strawberry.field(
        description="截止月份，如 2026-12。The last month. Example: 2026-12.",
        deprecation_reason=instead("DeclarationPeriod.span"),
    )
    def last_month(self) -> str:
        return self.period.last_month

    @strawberry.field(
        description="该季或该年中申报期已过的起始月份，如 2026-10；没有时为空。The first month of the quarter or year whose window is past; null "
        "where none is. Example: 2026-10."
    )
    def first_past_month(self) -> str | None:
        return self.period.first_past_month

    @strawberry.field(
        description="该季或该年中申报期已过的截止月份；没有时为空。The last month of the quarter or year whose window is past; null where "
        "none is."
    )
    def last_past_month(self) -> str | None:
        return self.period.last_past_month

    @strawberry.field(
        description="关于申报期已过的月份：属于补缴，由税务机关核定；没有时为空。On the months that are past: back payment, which the tax "
        "authority decides on; null where there are none."
    )
    def note(self, language: In = Language.ZH) -> str | None:
        return None if self.period.note is None else self.period.note.say(language)


@strawberry.type(description="税务申报缴费期。When contributions can be declared with the tax authority.")
class DeclarationWindow:
    """A day of the declaration calendar."""

    window: strawberry.Private[calendar.DeclarationWindow]

    @strawberry.field(description="哪一天。The day asked about.")
    def on(self) -> date:
        return self.window.on

    @strawberry.field(description="当日可否申报。Whether it is open on that day.")
    def open(self) -> bool:
        return self.window.open

    @strawberry.field(
        description="对应的费款所属月份，如 2026-12；不可申报时为空。The month it is for. Example: 2026-12; null when closed."
    )
    def period(self) -> str | None:
        return self.window.period

    @strawberry.field(description="本期（或下一期）开始日。First day of this window, or of the next when closed.")
    def opens_on(self) -> date:
        return self.window.opens_on

    @strawberry.field(description="本期（或下一期）截止日。Last day of this window, or of the next when closed.")
    def closes_on(self) -> date:
        return self.window.closes_on

    @strawberry.field(description="不可申报的原因。Why it is closed; null when open.")
    def reason(self, language: In = Language.ZH) -> str | None:
        return None if self.window.reason is None else self.window.reason.say(language)

    @strawberry.field(
        description="本期（或下一期）仍可按月、按季、按年申报的费款所属期。What can still be declared in this window, or in the next when "
        "closed."
    )
    def periods(self) -> list[DeclarationPeriod]:
        return [DeclarationPeriod(period=each) for each in self.window.periods]

    @strawberry.field(
        description="停办期间仍可由社保经办机构指定申报的人员；其他时候为空表。Who may declare all the same while December is closed; "
        "otherwise empty."
    )
    def exceptions(self, language: In = Language.ZH) -> list[str]:
        return [each.say(language) for each in self.window.exceptions]

    @strawberry.field(description="申报缴费渠道。Where to declare and pay.")
    def channels(self) -> list[NextStep]:
        return steps_of(self.window.channels)


@strawberry.type(
    description="法定退休，或可以选择的弹性退休。A statutory retirement date, or one that may be chosen instead."
)
class Retirement:
    """One retirement date."""

    retirement: strawberry.Private[retiring.Retirement]

    @strawberry.field(
        description="是法定退休、弹性提前退休还是弹性延迟退休。Statutory, earlier or later. Example: EARLIER."
    )
    def kind(self) -> retiring.RetirementKind:
        return self.retirement.kind

    @strawberry.field(
        description="选择这一天须满足的条件；法定退休为空。What a chosen date depends on; null for the statutory one."
    )
    def condition(self, language: In = Language.ZH) -> str | None:
        return None if self.retirement.condition is None else self.retirement.condition.say(language)

    @strawberry.field(description="退休日期。The date.")
    def date(self) -> date:
        return self.retirement.date

    @strawberry.field(description="退休年龄：岁。The age, whole years.")
    def years(self) -> int:
        return self.retirement.years

    @strawberry.field(description="退休年龄：月。The age, months beside the years.")
    def months(self) -> int:
        return self.retirement.months

    @strawberry.field(description="延迟月数。By how many months it was delayed.")
    def delay_months(self) -> int:
        return self.retirement.delay_months

    @strawberry.field(description="法律依据。The legal basis.")
    def legal_basis(self) -> str:
        return self.retirement.legal_basis

    @strawberry.field(
        description="该年退休按月领取基本养老金的最低缴费月数，仅供参考，不是参保条件。Months of contributions that a pension takes in that "
        "year, as information; enrolment does not ask for them. Null before the law knew any."
    )
    def minimum_contribution_months(self) -> int | None:
        return self.retirement.minimum_contribution_months

    @strawberry.field(
        description="仍可选择的弹性退休：最早的提前日期、最晚的延迟日期，各有条件，仅供参考；灵活就业没有延迟日期，今天以前的日期不列。"
        "The earliest and the latest date that can still be chosen, each with its condition, as information. There is no "
        "later date in flexible employment, and none before today."
    )
    def alternatives(self) -> list["Retirement"]:
        return [Retirement(retirement=other) for other in self.retirement.alternatives]


Sex = Annotated[
    str, strawberry.argument(description="性别代码 GB/T 2261.1：1 男，2 女。Sex by code: 1 male, 2 female. Example: 2.")
]
BirthDate = Annotated[date, strawberry.argument(description="出生日期。The date of birth. Example: 1970-05-01.")]
Position = Annotated[
    PositionNature | None,
    strawberry.argument(description="岗位性质，仅影响女性。The nature of the position; it matters for women only."),
]
Employment = Annotated[
    retiring.FormOfEmployment | None,
    strawberry.argument(
        description="就业方式，仅影响可选择的弹性退休；不填则都列出。The form of employment; it matters for `alternatives` only, which are all "
        "listed where it is left out."
    ),
]
RetirementResult = Annotated[
    Retirement | InvalidInput,
    strawberry.union("RetirementResult", description="退休日期，或不能计算的原因。The date, or why it cannot be told."),
]
UNKNOWN_SEX = Text("性别代码填 1（男）或 2（女）。", "Sex is 1, male, or 2, female.")
IMPOSSIBLE_BIRTH = Text(
    "出生日期不能晚于今天，也不能早于 1900 年。", "A date of birth is not after today, and not before 1900."
)


@strawberry.type
class CalendarQuery:
    """The part of Query that anyone may ask without signing in."""

    @strawberry.field(
        description="税务申报缴费期，公开。When contributions can be declared with the tax authority. Public."
    )
    def declaration_window(self, info: Info, on: On = None) -> DeclarationWindow | None:
        window = calendar.declaration_window(on or info.context.today)
        return None if window is None else DeclarationWindow(window=window)

    @strawberry.field(
        description="法定退休日期，公开；性别代码不认识、出生日期不可能的，说明原因。The statutory retirement date, or why it cannot be told: a "
        "code of sex that is unknown, or a birth date that cannot be a person's. Public."
    )
    def retirement_date(
        self,
        info: Info,
        sex: Sex,
        birth_date: BirthDate,
        position_nature: Position = None,
        form_of_employment: Employment = None,
    ) -> RetirementResult | None:
        problems = []
        if sex not in retiring.SEXES:
            problems.append(FieldProblem(("sex",), FieldProblemCode.UNKNOWN_CODE, UNKNOWN_SEX))
        if not retiring.EARLIEST_BIRTH <= birth_date <= info.context.today:
            problems.append(FieldProblem(("birthDate",), FieldProblemCode.INCONSISTENT, IMPOSSIBLE_BIRTH))
        if problems:
            return invalid_input(problems, info.context)
        return _retirement(info, sex, birth_date, position_nature, form_of_employment)

    @strawberry.field(
        description="法定退休日期，公开；性别代码不认识、出生日期不可能的为空，原因见 `retirementDate`。The statutory retirement date. Public; null "
        "where sex or birth date cannot be a person's: `retirementDate` says which."
    )
    def retirement(
        self,
        info: Info,
        sex: Sex,
        birth_date: BirthDate,
        position_nature: Position = None,
        form_of_employment: Employment = None,
    ) -> Retirement | None:
        return _retirement(info, sex, birth_date, position_nature, form_of_employment)


def _retirement(
    info: Info,
    sex: str,
    birth_date: date,
    position_nature: PositionNature | None,
    form_of_employment: retiring.FormOfEmployment | None,
) -> Retirement | None:
    today = info.context.today
    if birth_date > today:
        return None
    found = retiring.retirement(sex, birth_date, position_nature, on=today, employment=form_of_employment)
    return None if found is None else Retirement(retirement=found)
