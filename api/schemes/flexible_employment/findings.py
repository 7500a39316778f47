"""The texts of findings other than yes and no: missing facts, notices and specific reasons of a refusal."""

from datetime import date

from api.law.condition import Caution, MissingFact, OtherReason
from api.law.days import written_day
from api.law.rule import Channel
from api.text.i18n import Text

NO_BIRTH_DATE = MissingFact(
    Text(
        "档案中没有可用的出生日期，请到经办机构核对补登。",
        "The record has no usable date of birth. Have it corrected at the social insurance office.",
    ),
    Text("缺少出生日期", "No date of birth"),
)
NO_SEX = MissingFact(
    Text(
        "档案中没有性别，不能判断是否达到退休年龄，请到经办机构核对补登。",
        "The record does not give your sex, on which the retirement date depends. Have it corrected at the social "
        "insurance office.",
    ),
    Text("缺少性别", "Sex not recorded"),
)
WHICH_POSITION = MissingFact(
    Text(
        "请填写岗位性质（管理或生产），以判断是否达到退休年龄。",
        "Say whether your position is management or production: the retirement date depends on it.",
    ),
    Text("请填写岗位性质", "Position not given"),
)
BETWEEN_SCHEDULES = Caution(
    Text(
        "按原法定退休年龄50周岁的女职工计算，您已到法定退休时间；灵活就业人员按原55周岁计算，仍可登记。何时领取养老待遇，请向经办机构核实。",
        "By the schedule for women who originally retired at 50, you have reached retirement. Flexible employment follows "
        "the schedule of 55, so you can still enrol. Check with the social insurance office when your pension starts.",
    )
)
OVERLAP = Caution(
    Text(
        "您正在参加城乡居民养老或医疗保险，可以登记；登记后请到经办机构办理衔接，避免重复参保。",
        "You are in the residents' pension or medical insurance. You can enrol, and then need to settle the overlap at the "
        "social insurance office.",
    )
)
DECLARE_WORK = MissingFact(
    Text(
        "请在登记表上声明您在本市灵活就业。",
        "Declare on the form that you are in flexible employment in this city.",
    ),
    Text("待您声明：在本市灵活就业", "For you to declare: flexible employment in this city"),
)
PAYS_ALREADY = OtherReason(
    Text(
        "您正在以个人身份缴纳职工养老或医疗保险，已是灵活就业参保人员，无需重复登记。",
        "You are paying employees' pension or medical insurance for yourself, so you are already enrolled in flexible "
        "employment.",
    ),
    Text("您已参加灵活就业参保", "You are already insured for yourself"),
)
SUSPENDED_ALREADY = OtherReason(
    Text(
        "您的灵活就业参保处于暂停缴费状态，登记仍然有效，恢复申报缴费即可，无需重复登记。",
        "Your flexible-employment insurance is suspended, not ended: start paying again, there is no need to enrol again.",
    ),
    Text("您的灵活就业参保暂停缴费", "Your insurance is suspended"),
)
EMPLOYER_PAYS_TOO = OtherReason(
    Text("您本人参保，档案中单位也在为您缴费。", "You are insured for yourself, and an employer pays for you as well."),
    Text("单位也在为您缴费", "An employer pays as well"),
)
CHANNEL_CLOSED = OtherReason(
    Text("该渠道暂不办理灵活就业参保登记。", "You cannot enrol in flexible employment through this channel."),
    Text("该渠道暂不办理", "Channel not open"),
)
FIRST_TIME = Text(
    "首次参保请通过“天津人力社保”APP或到经办机构、街镇党群服务中心办理。",
    "To join for the first time, use the app 天津人力社保, or go to the social insurance office or the community "
    "service centre.",
)
NOT_FIRST_TIME_HERE = {
    Channel.WEB_HALL: OtherReason(FIRST_TIME, Text("网厅不受理首次参保", "First-time enrolment is not on the web")),
    Channel.KIOSK: OtherReason(FIRST_TIME, Text("自助机不受理首次参保", "First-time enrolment is not at kiosks")),
}
NO_SUCH_DISTRICT = OtherReason(
    Text("没有这个参保区县，请从列表中选择。", "There is no such district. Choose one from the list."),
    Text("没有这个参保区县", "No such district"),
)
ONLY_SUBSIDISED = Text(
    "您正在享受社保补贴，仅可选择补贴区县。", "You receive a subsidy, so only its district can be chosen."
)


def paid_until(last: date) -> OtherReason:
    """Return the reason of a refusal until the recorded last day of an employer's payments."""
    day = written_day(last)
    return OtherReason(
        Text(
            f"单位为您缴费至{day.zh}，停缴后方可登记。",
            f"Your employer pays for you until {day.en}. You can enrol once it has stopped.",
        ),
        Text("单位仍在为您缴费", "Your employer is still paying"),
    )
