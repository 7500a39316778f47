"""The texts of findings other than yes and no: missing facts, notices and specific refusals."""

from api.law.condition import Caution, MissingFact, OtherReason
from api.text.i18n import Text

NO_BIRTH_DATE = MissingFact(
    Text(
        "档案中没有可用的出生日期，请到经办机构核对补登。",
        "The record has no usable date of birth. Have it corrected at the social insurance office.",
    ),
    Text("缺少出生日期", "No date of birth"),
)
DECLARE_NOT_IN_SCHOOL = MissingFact(
    Text("请在登记表上声明您不是在校学生。", "Declare on the form that you are not a student in school."),
    Text("请声明是否在校", "Not yet declared"),
)
WHERE_REGISTERED = MissingFact(
    Text(
        "档案中没有户籍所在地，不能判断是否应在本市参保，请到户籍所在地经办机构核对补登。",
        "The record does not say where your household is registered. Have it added at the social insurance office of "
        "that place.",
    ),
    Text("缺少户籍所在地", "Place of registration not recorded"),
)
RESIDENCE_PERMIT = MissingFact(
    Text(
        "您持港澳台居民居住证，能否在居住地参保请向社保经办机构核实。",
        "You hold a residence permit for Hong Kong, Macao or Taiwan residents. Check with the social insurance office "
        "whether you can enrol where you live.",
    ),
    Text("请向经办机构核实", "Check with the office"),
)
TRANSITION = MissingFact(
    Text(
        "制度实施时已年满60周岁的，不用缴费；您是否属于这一情形，请向社保经办机构核实。",
        "People who were 60 when the scheme began need not contribute. Check with the social insurance office whether "
        "this applies to you.",
    ),
    Text("请核实是否属于过渡情形", "A transitional case, to be checked"),
)
FEW_YEARS = Caution(
    Text(
        "您距领取年龄不足15年：应逐年缴费，也允许补缴，累计缴费不超过15年。",
        "You have less than 15 years to the age of the benefit: pay every year. Earlier years can be paid up, to 15 "
        "years in all.",
    )
)
SUSPENDED_EMPLOYEES = Caution(
    Text(
        "您的职工基本养老保险已暂停缴费，可以参加城乡居民养老保险；两项制度的缴费可以衔接，达到法定退休年龄时一并计算。",
        "Your employees' pension is suspended, so you can enrol. What you pay under both schemes can be joined when you "
        "reach retirement.",
    )
)
PUBLIC_SECTOR_CATEGORY = OtherReason(
    Text(
        "档案登记您为国家机关或事业单位工作人员，不属于城乡居民养老保险的参保范围；登记有误的，请先到经办机构更正。",
        "The record has you as staff of a state organ or a public institution, for whom this scheme is not open. If that "
        "is wrong, have it corrected first.",
    ),
    Text("国家机关或事业单位工作人员", "Public-sector staff"),
)
SUSPENDED_ALREADY = OtherReason(
    Text(
        "您的城乡居民养老保险暂停缴费，原登记仍然有效，无需重复登记；请恢复缴费。",
        "Your residents' pension is suspended and your registration stands. There is no need to enrol again: start "
        "paying again.",
    ),
    Text("已参保，暂停缴费", "Enrolled, payment suspended"),
)
PAYS_ALREADY = OtherReason(
    Text(
        "您已参加城乡居民养老保险并正在缴费，无需重复登记。",
        "You are in the residents' pension and pay for it. There is no need to enrol again.",
    ),
    Text("已参加城乡居民养老保险", "Already in the residents' pension"),
)
