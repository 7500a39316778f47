"""The fields of the form of 灵活就业参保登记, and what must agree with the account's document."""

from api.codes.tables import CodeTableName, table
from api.enrolment.form import FieldKind, FieldProblem, FieldProblemCode, Form, FormField
from api.text.i18n import Text

WORKS_IN_CITY = "worksInCity"
POSITION_NATURE = "positionNature"
FIELDS = (
    FormField(
        "householdRegistrationType",
        Text("户口性质", "household registration"),
        FieldKind.CODE,
        codes=CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
        recorded=lambda person: person.household_registration_type,
    ),
    FormField(
        "ethnicGroup",
        Text("民族", "ethnic group"),
        FieldKind.CODE,
        codes=CodeTableName.ETHNIC_GROUP,
        recorded=lambda person: person.ethnic_group,
    ),
    FormField("residentialAddress", Text("常驻地址", "residential address"), FieldKind.ADDRESS),
    FormField("mobileNumber", Text("手机号码", "mobile number"), FieldKind.MOBILE_NUMBER),
    FormField(
        POSITION_NATURE,
        Text("岗位性质", "position"),
        FieldKind.CODE,
        required=False,
        codes=CodeTableName.POSITION_NATURE,
        recorded=lambda person: person.position_nature,
    ),
    FormField(
        WORKS_IN_CITY,
        Text("本人声明", "declaration"),
        FieldKind.DECLARATION,
        # Clients of earlier releases do not ask; the Hall's own pages do.
        required=False,
        statement=Text("我在本市灵活就业", "I am in flexible employment in this city"),
    ),
)
RESIDENT_ID, RESIDENCE_PERMIT = "01", "16"
# 港澳台侨人员 and 外国人, including group heads: they hold no resident identity card of the mainland.
ELSEWHERE = {"30", "31", "32", "33", "34", "40", "41", "42"}
# The household registration for the area code at the beginning of a residence permit's number.
REGIONS = {"81": "31", "82": "32", "83": "33"}


def contradictions(form: Form, id_type: str, id_number: str) -> list[FieldProblem]:
    """Return the contradictions between the form and the account's document."""
    chosen = form.text("householdRegistrationType") or ""
    if id_type == RESIDENT_ID and chosen in ELSEWHERE:
        said = Text(
            "您持居民身份证，户口性质不能选择港澳台侨或外国人，请选择本地、外地或居民户口。",
            "You hold a resident identity card, so the household registration cannot be that of Hong Kong, Macao, Taiwan, "
            "overseas Chinese or foreigners.",
        )
    elif id_type == RESIDENCE_PERMIT and chosen != REGIONS.get(id_number[:2], chosen):
        right = table(CodeTableName.HOUSEHOLD_REGISTRATION_TYPE).get(REGIONS[id_number[:2]])
        name = right.name if right else Text("", "")
        said = Text(
            f"与您的港澳台居民居住证不一致，请选择“{name.zh}”。",
            f"This does not agree with your residence permit. Choose “{name.en}”.",
        )
    else:
        return []
    return [FieldProblem(("input", "householdRegistrationType"), FieldProblemCode.INCONSISTENT, said)]
