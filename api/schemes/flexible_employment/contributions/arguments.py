"""The GraphQL arguments of contributions, shared by the public field and that of one's own record."""

from typing import Annotated

import strawberry

import api.schemes.shared.schema  # noqa: F401 - describes DeclarationKind, before a field takes it
from api.graphql.types import described
from api.law.parameter import Confidence
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.shared.declaration_window import DeclarationKind

described(
    ContributionBase,
    "缴费基数的选择。Which contribution base is chosen.",
    LOWEST="当年缴费基数下限。The lowest base of the year.",
    HIGHEST="当年缴费基数上限。The highest base of the year.",
    AMOUNT="自己填写的金额，见 `amount`。An amount that is stated: see `amount`.",
)
described(
    Confidence,
    "数据的可靠程度。How sure a figure is.",
    OFFICIAL="官方原文。From the authority's own text.",
    SECONDARY="只见于转载，供参考，以税务部门核定为准。Known only from others who quote it: for reference.",
)

FirstMonth = Annotated[
    str | None,
    strawberry.argument(
        description="从哪个月起，如 2026-04；默认为今天可申报（或下一个可申报）的月份。"
        "The first month, by default the one that can be declared today, or next. Example: 2026-04."
    ),
]
Period = Annotated[
    DeclarationKind | None,
    strawberry.argument(
        description="按月；按季、按年则从 `firstMonth` 算到本季末、本年末。"
        "That month alone, or from it to the end of its quarter or year."
    ),
]
Base = Annotated[
    ContributionBase | None,
    strawberry.argument(
        description="缴费基数，默认为下限。"
        "Which base: the lowest, the highest, or the stated amount; the lowest by default."
    ),
]
Amount = Annotated[
    str | None,
    strawberry.argument(
        description="每月缴费基数，单位元，最多两位小数；`base` 为 AMOUNT 时必填，其他时候不看。"
        "The monthly base in yuan, read only where `base` is AMOUNT. Example: 5,180.00."
    ),
]
Codes = Annotated[
    list[str] | None,
    strawberry.argument(
        description="险种代码 AAE140：110 养老、310 医疗，默认两种都缴。"
        "The insurances by code, both by default. Example: 110."
    ),
]
Subsidised = Annotated[
    bool | None,
    strawberry.argument(
        description="这些月份是否享受社保补贴。Whether a subsidy runs in these months. Default: false."
    ),
]
