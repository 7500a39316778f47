"""The codes of the conditions."""

from collections.abc import Mapping
from enum import StrEnum


class RuleCode(StrEnum):
    """The conditions, by the names of the schema, in the text's order."""

    MINIMUM_AGE = "MINIMUM_AGE"
    NOT_IN_SCHOOL = "NOT_IN_SCHOOL"
    NOT_PUBLIC_SECTOR = "NOT_PUBLIC_SECTOR"
    NOT_IN_EMPLOYEES_PENSION = "NOT_IN_EMPLOYEES_PENSION"
    HOUSEHOLD_IN_CITY = "HOUSEHOLD_IN_CITY"
    BENEFIT_AGE = "BENEFIT_AGE"
    NOT_DRAWING_PENSION = "NOT_DRAWING_PENSION"
    NOT_ENROLLED = "NOT_ENROLLED"


DESCRIPTIONS: Mapping[str, str] = {
    RuleCode.MINIMUM_AGE: "年满16周岁。The 16th birthday is reached.",
    RuleCode.NOT_IN_SCHOOL: "非在校学生，由本人声明。Not a student in school, as the person declares.",
    RuleCode.NOT_PUBLIC_SECTOR: "非国家机关和事业单位工作人员。Not staff of a state organ or a public institution.",
    RuleCode.NOT_IN_EMPLOYEES_PENSION: "不属于职工基本养老保险覆盖范围。Not covered by the employees' basic pension.",
    RuleCode.HOUSEHOLD_IN_CITY: "户籍在本市。The household is registered in this city.",
    RuleCode.BENEFIT_AGE: "未满领取待遇的年龄。Below the age at which the benefit is drawn.",
    RuleCode.NOT_DRAWING_PENSION: "未领取养老待遇。Not drawing a pension.",
    RuleCode.NOT_ENROLLED: "未参加城乡居民养老保险。Not enrolled already.",
}
