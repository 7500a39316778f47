"""The fields of the form of 灵活就业参保登记, and what must agree with the account's document."""

from api.codes.tables import CodeTableName, table
from api.enrolment.form import (
    ADDRESS_HINT,
    MOBILE_HINT,
    FieldKind,
    FieldProblem,
    FieldProblemCode,
    Form,
    FormField,
)
from api.text.i18n import Text

WORKS_IN_CITY = "worksInCity"
POSITION_NATURE = "positionNature"
FIELDS = (
    FormField(
        "householdRegistrationType",
        Text("户口性质", "household registration"),
        FieldKind.CODE,
        hint=Text("以户口簿为准。", "As your household booklet says."),
        codes=CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
        offers=lambda person, code: contradiction(code, person.id_type, person.id_number) is None,
        recorded=lambda person: person.household_registration_type,
    ),
    FormField(
        "ethnicGroup",
        Text("民族", "ethnic group"),
        FieldKind.CODE,
        hint=Text(
            "可以输入汉字或拼音查找，例如“回”或“hui”。", "Type the Chinese name, pinyin or initials, for example hui."
        ),
        codes=CodeTableName.ETHNIC_GROUP,
        recorded=lambda person: person.ethnic_group,
    ),
    FormField("residentialAddress", Text("常驻地址", "residential address"), FieldKind.ADDRESS, hint=ADDRESS_HINT),
    FormField("mobileNumber", Text("手机号码", "mobile number"), FieldKind.MOBILE_NUMBER, hint=MOBILE_HINT),
    FormField(
        POSITION_NATURE,
        Text("岗位性质", "position"),
        FieldKind.CODE,
        required=False,
        hint=Text("女性的岗位性质可能影响领取养老待遇的时间。", "For women it may affect when a pension starts."),
        codes=CodeTableName.POSITION_NATURE,
        recorded=lambda person: person.position_nature,
    ),
    FormField(
        WORKS_IN_CITY,
        Text("本人声明", "declaration"),
        FieldKind.DECLARATION,
        # Clients of earlier releases do not ask; the Hall's own pages do.
        required=False,
        hint=Text(
            "灵活就业参保登记面向在本市从事各类灵活就业的人员；在外地灵活就业的，请到当地参保。声明随同意一并保存，并印在回执上。",
            "Enrolment is for people in flexible employment in this city. If you work elsewhere, enrol there. Your declaration is "
            "kept with your consent and printed on the receipt.",
        ),
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
    said = contradiction(form.text("householdRegistrationType") or "", id_type, id_number)
    if said is None:
        return []
    return [FieldProblem(("input", "householdRegistrationType"), FieldProblemCode.INCONSISTENT, said)]


def contradiction(household: str, id_type: str, id_number: str) -> Text | None:
    """Return why a household registration cannot belong to the holder of a document; None if it can."""
    if id_type == RESIDENT_ID and household in ELSEWHERE:
        return Text(
            "您持居民身份证，户口性质不能选择港澳台侨或外国人，请选择本地、外地或居民户口。",
            "You hold a resident identity card, so the household registration cannot be that of Hong Kong, Macao, Taiwan, "
            "overseas Chinese or foreigners.",
        )
    if id_type == RESIDENCE_PERMIT and household != REGIONS.get(id_number[:2], household):
        right = table(CodeTableName.HOUSEHOLD_REGISTRATION_TYPE).get(REGIONS[id_number[:2]])
        name = right.name if right else Text("", "")
        return Text(
            f"与您的港澳台居民居住证不一致，请选择“{name.zh}”。",
            f"This does not agree with your residence permit. Choose “{name.en}”.",
        )
    return None
