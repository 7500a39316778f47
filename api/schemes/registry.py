"""The registry of schemes: a new scheme adds its line here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from api.schemes.clause import Guide
from api.schemes.flexible_employment import enrolment_queries, explanations, law, verdict
from api.schemes.notice import Notice
from api.schemes.parameter import Parameter
from api.schemes.rule import Example, RuleCode, RuleView
from api.text.i18n import Text


@dataclass(frozen=True, slots=True)
class Scheme:
    """The public part of a scheme: its guide, its notices, and its rules with explanations."""

    guide: Guide
    notice_on: Callable[[date], Notice | None]
    notice_version: Callable[[str], Notice | None]
    rules_on: Callable[[date], tuple[RuleView, ...]]
    history_of: Callable[[RuleCode], tuple[Parameter, ...]]
    examples_of: Callable[[RuleCode], tuple[Example, ...]]
    # Whether the enrolment of a receipt is in force on a day; False for receipts of other schemes.
    receipt_stands: Callable[[int, date], Awaitable[bool]]
    # The meaning of parameter values: the code tables, and the texts of other words.
    codes: Mapping[str, str]
    words: Mapping[str, Text]


SCHEMES: Mapping[str, Scheme] = {
    law.SCHEME: Scheme(
        guide=law.GUIDE,
        notice_on=law.notice_on,
        notice_version=law.notice_version,
        rules_on=verdict.rules_on,
        history_of=explanations.history_of,
        examples_of=explanations.examples_of,
        receipt_stands=enrolment_queries.receipt_stands,
        codes=explanations.CODES,
        words=explanations.WORDS,
    ),
}
