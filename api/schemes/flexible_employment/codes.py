"""The codes of the conditions."""

from collections.abc import Mapping
from enum import StrEnum


class RuleCode(StrEnum):
    """The conditions, by the names of the schema, in the guide's order."""

    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    MINIMUM_AGE = "MINIMUM_AGE"
    RETIREMENT_AGE = "RETIREMENT_AGE"
    NOT_DRAWING_PENSION = "NOT_DRAWING_PENSION"
    WORKS_IN_CITY = "WORKS_IN_CITY"
    NOT_ENROLLED = "NOT_ENROLLED"
    EMPLOYER_STOPPED_PAYING = "EMPLOYER_STOPPED_PAYING"
    CHANNEL_OPEN = "CHANNEL_OPEN"
    DISTRICT_OPEN = "DISTRICT_OPEN"


DESCRIPTIONS: Mapping[str, str] = {
    RuleCode.IDENTITY_DOCUMENT: "证件类型可以办理。The identity document is one that is admitted.",
    RuleCode.MINIMUM_AGE: "年满16周岁。The 16th birthday is reached.",
    RuleCode.RETIREMENT_AGE: "未达到法定退休年龄。Before the statutory retirement date.",
    RuleCode.NOT_DRAWING_PENSION: "未领取养老待遇。Not drawing a pension.",
    RuleCode.WORKS_IN_CITY: "在本市灵活就业，由本人声明。In flexible employment in this city, as the person declares.",
    RuleCode.NOT_ENROLLED: "未参加灵活就业参保：没有在本厅登记，也没有以个人身份缴费。"
    "Not enrolled already, in the Hall or by paying for oneself.",
    RuleCode.EMPLOYER_STOPPED_PAYING: "没有单位在缴费。No employer is paying: it has stopped, or there never was one.",
    RuleCode.CHANNEL_OPEN: "该渠道可以办理。This channel is open to this person.",
    RuleCode.DISTRICT_OPEN: "该区县可以选择。This district is open to this person.",
}
