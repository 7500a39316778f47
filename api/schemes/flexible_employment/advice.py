"""The texts of the advice: what to do, where, and by when, depending on the person's document."""

from datetime import date

from api.codes.tables import CodeTableName, table
from api.law.days import written_day
from api.law.rule import Channel, NextStep
from api.schemes.flexible_employment.facts import CHANNELS
from api.schemes.shared.advice import SOCIAL_INSURANCE
from api.text.i18n import Text

RESIDENT_ID, RESIDENCE_PERMIT = "01", "16"
# 港澳居民、台湾居民来往内地（大陆）通行证 and 台港澳人员就业证: their holders may apply for a residence permit.
BORDER_PASSES = {"04", "05", "06", "14"}
FOREIGNERS = {"07", "08", "11", "12", "13", "15"}
OTHERS_WITH_ID = {"02", "03", "09", "10", "17", "90", "99"}

ENROL_HERE = NextStep(
    Text("阅读须知并登记", "Read the notice and enrol"),
    Text(
        "可以在网厅办理灵活就业参保登记；登记时须声明在本市灵活就业。",
        "You can enrol here. On the form you declare that you are in flexible employment in this city.",
    ),
)
SAY_POSITION = NextStep(
    Text("填写岗位性质", "Say what your position is"),
    Text(
        "在登记表中选择岗位性质：管理或生产。只需这一项即可判断。",
        "Choose management or production on the form. That is all that is missing.",
    ),
)
APP = NextStep(
    Text("请用手机APP办理", "Use the mobile app"),
    Text(
        "在“天津人力社保”手机APP办理灵活就业参保登记，首次参保和单位停缴人员均可。",
        "Enrol in the app 天津人力社保. It takes first-time participants and those whose employer stopped paying.",
    ),
)
ASK_EMPLOYER = NextStep(
    Text("单位正在为您缴费，目前无需自行登记", "Your employer is paying: you need not enrol now"),
    Text(
        "如已离职，请单位先办理减员；单位停缴后，可在网厅、APP、自助机或经办机构办理登记。",
        "If you have left, ask the employer to report it. Once it has stopped paying, enrol here, in the app, at a kiosk "
        "or at the social insurance office.",
    ),
)
ASK_ABOUT_PENSION = NextStep(
    Text("咨询养老待遇", "Ask about your pension"),
    Text(
        "已领取养老待遇的，不再办理参保登记；对待遇有疑问，请到社保经办机构或拨打12333咨询。",
        "You draw a pension and need not enrol. For questions about it, go to the social insurance office or call 12333.",
    ),
    phone=SOCIAL_INSURANCE,
)
CLAIM_PENSION = NextStep(
    Text("办理领取养老待遇", "Claim your pension"),
    Text(
        "缴费年限已满最低年限的，请到社保经办机构办理按月领取基本养老金。",
        "With the minimum years of contributions, claim your monthly pension at the social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
PAY_UP_YEARS = NextStep(
    Text("缴费年限不足的，可以继续缴费", "With too few years, you can pay on"),
    Text(
        "达到法定退休年龄时累计缴费不足最低年限的，可以缴费至满最低年限，也可以转入城乡居民养老保险（社会保险法第十六条）；请到社保经办机构办理。",
        "With fewer than the minimum years you can pay on until you have them, or move to the residents' pension "
        "(Social Insurance Law, article 16). Arrange it at the social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
CONFIRM_PENSION_AGE = NextStep(
    Text("核实何时领取养老待遇", "Check when your pension starts"),
    Text(
        "岗位性质为生产的，请向社保经办机构核实适用的退休年龄和领取待遇的时间。",
        "With a position in production, check with the social insurance office which retirement age applies to you.",
    ),
    phone=SOCIAL_INSURANCE,
)
SETTLE_OVERLAP = NextStep(
    Text("办理城乡居民保险衔接", "Settle the overlap with residents' insurance"),
    Text(
        "登记后请到社保经办机构停止城乡居民养老或医疗参保，避免重复缴费。",
        "After enrolling, have the residents' insurance stopped at the social insurance office, so that you do not pay twice.",
    ),
    phone=SOCIAL_INSURANCE,
)
CHOOSE_DISTRICT = NextStep(
    Text("选择参保区县", "Choose a district"),
    Text("请从本市现行的16个区中选择。", "Choose one of the city's 16 districts."),
)
WORK_ELSEWHERE = NextStep(
    Text("在外地灵活就业的，到当地参保", "If you work elsewhere, enrol there"),
    Text(
        "请向就业地社保经办机构咨询。如在本市灵活就业，请重新声明后登记。",
        "Ask the social insurance office where you work. If you do work in this city, declare it and enrol.",
    ),
    phone=SOCIAL_INSURANCE,
)
INSURED_ALREADY = NextStep(
    Text("无需登记", "No need to enrol"),
    Text("您已参加灵活就业参保。", "You are already insured for yourself."),
)
EMPLOYER_PAYS_TOO = NextStep(
    Text("单位正在为您缴费，无需自行缴费", "Your employer is paying: you need not pay yourself"),
    Text(
        "单位缴费的月份无需自行申报缴费；同时以个人身份参保的，请到社保经办机构处理。",
        "You need not pay for months that your employer pays. If you are insured for yourself as well, settle it at the "
        "social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
EMPLOYER_PAYS = NextStep(
    Text("单位正在为您缴费，目前无需自行登记", "Your employer is paying: you need not enrol now"),
    Text("单位停缴后，请再次查看能否登记。", "Once it has stopped paying, check again whether you can enrol."),
)
PAY_ON = NextStep(
    Text("无需登记，继续申报缴费", "No need to enrol: pay on"),
    Text(
        "您已参加灵活就业参保，请继续通过税务渠道按期申报缴费。",
        "You are already insured for yourself. Go on declaring and paying through the tax authority's channels.",
    ),
)
RESUME = NextStep(
    Text("无需登记，恢复申报缴费", "No need to enrol: start paying again"),
    Text(
        "原登记仍然有效，请通过税务渠道申报缴费；如不能申报，请拨打12333或到社保经办机构核实。",
        "Your registration stands. Declare and pay through the tax authority's channels. If that does not work, call 12333 "
        "or go to the social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
CHANGE_DISTRICT = NextStep(
    Text("变更参保区县", "Change the district"),
    Text(
        "需要变更参保区县的，请到社保经办机构办理。",
        "To change the district in which you are insured, go to the social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
CONSULT = NextStep(
    Text("向社保经办机构咨询", "Ask the social insurance office"),
    Text("请拨打12333，或到社保经办机构咨询。", "Call 12333, or go to the social insurance office."),
    phone=SOCIAL_INSURANCE,
)
GET_PERMIT = NextStep(
    Text("先申领港澳台居民居住证", "First get a residence permit"),
    Text(
        "符合条件的，向居住地公安机关申领港澳台居民居住证，再持居住证办理参保登记。",
        "If you qualify, apply to the police where you live for the residence permit for Hong Kong, Macao and Taiwan "
        "residents. Then enrol with it.",
    ),
)
FOREIGN_DOCUMENT = NextStep(
    Text("外国人由用人单位办理参保", "Foreign nationals enrol through an employer"),
    Text(
        "灵活就业参保登记不受理外国人证件。受雇于单位的，由单位办理；其他情形请拨打12333，或持现有证件到居住地社保经办机构咨询。",
        "Flexible-employment enrolment does not take foreign documents. If you have an employer, it enrols you. Otherwise "
        "call 12333, or take your document to the social insurance office where you live.",
    ),
    phone=SOCIAL_INSURANCE,
)
BRING_RESIDENT_ID = NextStep(
    Text("改用居民身份证办理", "Use your resident identity card"),
    Text(
        "有居民身份证的，请持本人居民身份证到户籍地或居住地社保经办机构、街镇党群服务中心办理；没有的，请拨打12333咨询。",
        "If you have a resident identity card, take it to the social insurance office or the community service centre "
        "where you are registered or live. If not, call 12333.",
    ),
    phone=SOCIAL_INSURANCE,
)


def another_document(id_type: str) -> NextStep:
    """Return the advice for the holder of a document that is not accepted."""
    if id_type in BORDER_PASSES:
        return GET_PERMIT
    if id_type in FOREIGNERS:
        return FOREIGN_DOCUMENT
    return BRING_RESIDENT_ID if id_type in OTHERS_WITH_ID else CONSULT


def counter(id_type: str) -> NextStep:
    """Return how to enrol in person: at the office of the registered or actual residence."""
    if id_type == RESIDENCE_PERMIT:
        return NextStep(
            Text("到居住地经办机构或街镇党群服务中心办理", "Go to the social insurance office where you live"),
            Text(
                "持本人港澳台居民居住证，到居住地社保经办机构、街镇党群服务中心办理。",
                "Take your residence permit to the social insurance office or the community service centre where you live.",
            ),
        )
    return NextStep(
        Text("到经办机构或街镇党群服务中心办理", "Go to the social insurance office"),
        Text(
            "持本人居民身份证，到户籍地或居住地社保经办机构、街镇党群服务中心办理。",
            "Take your identity card to the social insurance office or the community service centre where you are "
            "registered or live.",
        ),
    )


def correct_record(id_type: str) -> NextStep:
    """Return how to have the record completed with the person's document."""
    card = {
        RESIDENT_ID: Text("本人居民身份证", "your identity card"),
        RESIDENCE_PERMIT: Text("本人港澳台居民居住证", "your residence permit"),
    }.get(id_type, Text("本人有效证件", "your identity document"))
    return NextStep(
        Text("到经办机构核对个人信息", "Have your record completed"),
        Text(
            f"持{card.zh}，到社保经办机构核对补登所缺的信息，再来办理。",
            f"Take {card.en} to the social insurance office, have what is missing added, and come again.",
        ),
    )


def enrol(channel: Channel) -> NextStep:
    """Return how to enrol through a channel that is open."""
    if channel is Channel.WEB_HALL:
        return ENROL_HERE
    return NextStep(
        Text("办理参保登记", "Enrol"),
        Text(f"可以通过{CHANNELS[channel]}办理灵活就业参保登记。", f"You can enrol through: {CHANNELS[channel]}."),
    )


def subsidised(districts: tuple[str, ...], *, today: bool) -> NextStep:
    """Return that only the subsidy's districts can be chosen; `today` if all other conditions hold."""
    known = [table(CodeTableName.DISTRICT).get(code) for code in districts]
    zh = "、".join(district.name.zh for district in known if district)
    en = ", ".join(district.name.en for district in known if district)
    return NextStep(
        Text(f"改选补贴区县：{zh}", f"Choose the district of your subsidy: {en}"),
        Text(
            f"享受社保补贴期间，仅可选择{zh}{'，今天即可登记' if today else ''}；如需变更，请到该区社保经办机构咨询。",
            f"While the subsidy lasts you can choose {en} only{', and enrol there today' if today else ''}. To change that, "
            "ask at that district's social insurance office.",
        ),
    )


def wait(becomes: date, why: Text) -> NextStep:
    """Return the first day on which enrolling is possible, and the reason."""
    day = written_day(becomes)
    return NextStep(Text(f"{day.zh}起可以办理", f"You can enrol from {day.en}"), why)


def wait_for_birthday(age: str, birthday: date, then: Text) -> NextStep:
    """Return the day of reaching the minimum age, for a person who fails another condition on that day."""
    day = written_day(birthday)
    return NextStep(
        Text(f"年满{age}周岁后办理", f"Enrol when you are {age}"),
        Text(f"您{day.zh}年满{age}周岁。{then.zh}", f"You will be {age} on {day.en}. {then.en}"),
    )


def employer_pays_until(last: date) -> NextStep:
    """Return the last day that an employer pays, by the record."""
    day = written_day(last)
    return NextStep(
        Text(f"单位为您缴费至{day.zh}", f"Your employer pays until {day.en}"),
        Text("届时请再次查看能否登记。", "Check again then whether you can enrol."),
    )


def retires_soon(retirement: date) -> NextStep:
    """Return the advice for a person who retires before the next month that can be paid."""
    day = written_day(retirement)
    return NextStep(
        Text(f"您将于{day.zh}达到法定退休年龄", f"You reach statutory retirement on {day.en}"),
        Text(
            "此后的月份不再申报缴费。是否需要登记、缴费年限够不够、如何领取养老待遇，请先向社保经办机构核实。",
            "Later months cannot be paid. Check with the social insurance office first whether to enrol, whether your years "
            "are enough, and how to claim your pension.",
        ),
        phone=SOCIAL_INSURANCE,
    )


def employer_begins(first: date) -> NextStep:
    """Return that an employer pays from a day before the next month that can be declared."""
    day = written_day(first)
    return NextStep(
        Text(f"{day.zh}起由单位为您缴费", f"An employer pays for you from {day.en}"),
        Text(
            "此后的月份由单位缴费，无需自行申报缴费。",
            "It pays for the months from then on. You need not pay for them yourself.",
        ),
    )
