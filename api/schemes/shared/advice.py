"""Next steps that every scheme advises in the same words."""

from api.law.rule import NextStep
from api.text.i18n import Text

SOCIAL_INSURANCE = "12333"
SEE_ENROLMENT = NextStep(
    Text("查看已有的参保登记", "See the enrolment you have"),
    Text("无需重复登记。", "There is no need to enrol again."),
)
