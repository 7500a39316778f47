"""The enums of the rules in GraphQL: channels, outcomes, conditions, statuses, schemes."""

from enum import StrEnum
from typing import TYPE_CHECKING

from api.enrolment.status import EnrolmentStatus
from api.graphql.types import described
from api.law import rule as ruling
from api.law.clause import ClauseForm
from api.schemes.registry import SCHEMES
from api.schemes.shared.retirement import PositionNature

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
    EnrolmentStatus,
    "参保登记状态。Where an enrolment stands.",
    REGISTERED="登记未缴费。Registered, nothing paid yet.",
    ACTIVE="参保缴费。Paying.",
    SUSPENDED="暂停缴费。Payment suspended.",
    TERMINATED="终止。Ended.",
    WITHDRAWN="已撤回。Withdrawn before anything was paid.",
)
described(
    PositionNature,
    "岗位性质。The nature of the position.",
    MANAGEMENT="管理。Management.",
    PRODUCTION="生产。Production.",
)
if TYPE_CHECKING:

    class RuleCode(StrEnum):
        """The conditions of all schemes."""

    class SchemeName(StrEnum):
        """The schemes that can be joined."""

else:
    RuleCode = StrEnum("RuleCode", {code: code for scheme in SCHEMES.values() for code in scheme.rule_codes})
    SchemeName = StrEnum("SchemeName", {name: name for name in SCHEMES})
CODES = {code: text for scheme in reversed(list(SCHEMES.values())) for code, text in scheme.rule_codes.items()}
FIRST_SCHEME = SchemeName(next(iter(SCHEMES)))
"""The scheme that a query without an argument means."""

described(RuleCode, "规则代码。The conditions of enrolment.", **CODES)
described(
    SchemeName,
    "参保业务。The schemes that can be joined.",
    **{name: f"{scheme.title.zh}。{scheme.title.en}." for name, scheme in SCHEMES.items()},
)
described(
    ClauseForm,
    "条款在原文版面中的形式。What a clause is in the layout of the official text.",
    TEXT="正文。A paragraph.",
    HEADING="标题，如 一、参保登记。A heading. Example: 一、参保登记.",
    SUBHEADING="小标题，如 (一) 申报缴费期限。A heading below a heading. Example: (一) 申报缴费期限.",
    ITEM="带编号的列项，原文含编号。An item of a numbered list; its text has the number.",
)
