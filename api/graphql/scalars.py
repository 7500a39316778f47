"""The scalars of the schema beside GraphQL's own: days and moments."""

import re
from datetime import date, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

Month = NewType("Month", str)
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NO_DATE = "日期须为公历 YYYY-MM-DD，如 2026-12-01。A date is written YYYY-MM-DD and exists in the calendar."


def read_date(value: object) -> date:
    """Return the day that is written YYYY-MM-DD; raise GraphQLError, without the value, where there is none."""
    if not isinstance(value, str) or not WRITTEN.fullmatch(value):
        raise GraphQLError(NO_DATE)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError(NO_DATE) from None


def read_moment(value: object) -> datetime:
    """Return the moment written in ISO 8601 with a zone; raise GraphQLError, without the value, where none is."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise GraphQLError("时间须为 ISO 8601 并带时区。A moment is written in ISO 8601 with a zone.")
    return moment


def read_month(value: object) -> Month:
    """Return the month that is written YYYY-MM; raise GraphQLError, without the value, where there is none."""
    if not isinstance(value, str) or not MONTH.fullmatch(value):
        raise GraphQLError("月份须为 YYYY-MM，如 2026-12。A month is written YYYY-MM.")
    return Month(value)


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="日期 YYYY-MM-DD，公元1年至9999年，北京时间。A day, in Asia/Shanghai. Example: 2026-12-01.",
        serialize=date.isoformat,
        parse_value=read_date,
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="时间，ISO 8601，+08:00。A moment in ISO 8601, in +08:00. Example: 2026-12-01T09:30:00+08:00.",
        serialize=lambda moment: moment.isoformat(timespec="seconds"),
        parse_value=read_moment,
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    ),
    Month: strawberry.scalar(
        name="Month",
        description="月份 YYYY-MM。A month. Example: 2026-12.",
        serialize=str,
        parse_value=read_month,
        specified_by_url="https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#months",
    ),
}
