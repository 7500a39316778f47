"""The enums of the rules in GraphQL: channels, outcomes, conditions, schemes."""

from enum import StrEnum

from api.graphql.types import described
from api.schemes import rule as ruling
from api.schemes.clause import ClauseForm

described(
    ruling.Channel,
    "办理渠道。The channel through which somebody enrols.",
    WEB_HALL="天津社会保险个人网厅。The web hall.",
    APP="“天津人力社保”手机APP。The mobile app.",
    KIOSK="第三代自助机。The self-service kiosk.",
    COUNTER="社保经办机构、街镇党群服务中心。The counter.",
)
described(
    ruling.RuleOutcome,
    "一条规则的结论。What one rule answers.",
    PASS="符合。The condition holds.",
    FAIL="不符合。The condition does not hold.",
    UNKNOWN="缺少信息，无法判断。A fact is missing; the reason says which.",
)
described(
    ruling.EligibilityOutcome,
    "资格结论。What all rules together answer.",
    ELIGIBLE="可以参保登记；须由本人声明的事项在登记表上确认。All conditions hold; what the person has to declare is asked on the form.",
    NOT_ELIGIBLE="不可以参保登记；可能可以换渠道办理，见 eligibleBy。Some condition does not hold; another channel may be open, see `eligibleBy`.",
    NEEDS_INFORMATION="需要补充信息。None fails, but a fact is missing.",
)
described(
    ruling.PositionNature,
    "岗位性质。The nature of the position.",
    MANAGEMENT="管理。Management.",
    PRODUCTION="生产。Production.",
)
described(
    ruling.RuleCode,
    "规则代码。The conditions of enrolment.",
    IDENTITY_DOCUMENT="证件类型可以办理。The identity document is one that is admitted.",
    MINIMUM_AGE="年满16周岁。The 16th birthday is reached.",
    RETIREMENT_AGE="未达到法定退休年龄。Before the statutory retirement date.",
    NOT_DRAWING_PENSION="未领取养老待遇。Not drawing a pension.",
    WORKS_IN_CITY="在本市灵活就业，由本人声明。In flexible employment in this city, as the person declares.",
    NOT_ENROLLED="未参加灵活就业参保：没有在本厅登记，也没有以个人身份缴费。Not enrolled already, in the Hall or by paying for oneself.",
    EMPLOYER_STOPPED_PAYING="没有单位在缴费。No employer is paying: it has stopped, or there never was one.",
    CHANNEL_OPEN="该渠道可以办理。This channel is open to this person.",
    DISTRICT_OPEN="该区县可以选择。This district is open to this person.",
)


class SchemeName(StrEnum):
    """The schemes that can be joined."""

    FLEXIBLE_EMPLOYMENT = "FLEXIBLE_EMPLOYMENT"


described(
    SchemeName,
    "参保业务。The schemes that can be joined.",
    FLEXIBLE_EMPLOYMENT="灵活就业参保登记。Flexible employment.",
)
described(
    ClauseForm,
    "条款在原文版面中的形式。What a clause is in the layout of the official text.",
    TEXT="正文。A paragraph.",
    HEADING="标题，如 一、参保登记。A heading. Example: 一、参保登记.",
    SUBHEADING="小标题，如 (一) 申报缴费期限。A heading below a heading. Example: (一) 申报缴费期限.",
    ITEM="带编号的列项，原文含编号。An item of a numbered list; its text has the number.",
)
