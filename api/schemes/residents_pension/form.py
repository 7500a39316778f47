"""The fields of the form of 城乡居民养老参保登记."""

from api.enrolment.form import ADDRESS_HINT, MOBILE_HINT, Choice, FieldKind, FormField
from api.schemes.residents_pension.tiers import tiers_on
from api.text.i18n import Text

NOT_IN_SCHOOL = "notInSchool"
CONTRIBUTION_TIER = "contributionTier"
FIELDS = (
    FormField("residentialAddress", Text("常住地址", "residential address"), FieldKind.ADDRESS, hint=ADDRESS_HINT),
    FormField("mobileNumber", Text("手机号码", "mobile number"), FieldKind.MOBILE_NUMBER, hint=MOBILE_HINT),
    FormField(
        CONTRIBUTION_TIER,
        Text("缴费档次", "yearly contribution"),
        FieldKind.CHOICE,
        hint=Text("每年缴纳的金额，以后可以变更。", "What you pay a year. You can change it later."),
        choices=lambda day: [Choice(tier, Text(f"每年{tier}元", f"{tier} yuan a year")) for tier in tiers_on(day)],
    ),
    FormField(
        NOT_IN_SCHOOL,
        Text("本人声明", "declaration"),
        FieldKind.DECLARATION,
        hint=Text(
            "城乡居民养老保险不含在校学生。声明随同意一并保存，并印在回执上。",
            "The scheme is not for students in school. Your declaration is kept with your consent and printed on the receipt.",
        ),
        statement=Text("我不是在校学生", "I am not a student in school"),
    ),
)
