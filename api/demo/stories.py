"""The invented people of the demo by account, and what each of them shows."""

from dataclasses import dataclass

from api.text.i18n import Text


@dataclass(frozen=True, slots=True)
class Story:
    """An account of the demo and what it shows."""

    account: str
    story: Text


def _story(account: str, zh: str, en: str) -> Story:
    return Story(account, Text(zh, en))


STORIES = (
    _story("eligible", "男，35岁，单位上月停缴：可以登记", "Man, 35, employer stopped paying last month: may enrol"),
    _story("enrolled", "女，40岁，去年起灵活就业参保", "Woman, 40, in flexible employment since last year"),
    _story("subsidised", "男，52岁，享受河北区社保补贴", "Man, 52, with a subsidy of 河北区"),
    _story("first-time", "女，22岁，从未参保：请到APP或柜台", "Woman, 22, never insured: app or counter"),
    _story("employer-paying", "男，30岁，单位仍在缴费", "Man, 30, employer still paying"),
    _story("under-sixteen", "男，15岁，体育单位学员", "Boy, 15, trained by a sports club"),
    _story("sixteen-today", "女，今天满16周岁，从未参保", "Girl, 16 today, never insured"),
    _story("sixteen-tomorrow", "男，明天满16周岁", "Boy, 16 tomorrow"),
    _story("retired", "男，已退休并领取养老待遇", "Man, retired and drawing a pension"),
    _story("retires-today", "男，今天达到法定退休年龄", "Man, retires today"),
    _story("retires-tomorrow", "男，明天达到法定退休年龄", "Man, retires tomorrow"),
    _story(
        "production-worker", "女，生产岗位，年龄在两个退休年龄之间", "Woman in production, between the two schedules"
    ),
    _story("manager", "女，管理岗位，同样年龄", "Woman in management, of the same age"),
    _story("leap-day", "2月29日出生，单位已停缴", "Born on 29 February, employer stopped paying"),
    _story("resident-scheme", "男，45岁，单位停缴，正参加居民医保", "Man, 45, in the residents' medical insurance"),
    _story("hong-kong", "香港居民，持居住证，单位已停缴", "From Hong Kong, with a residence permit"),
    _story("foreigner", "德国护照，有互免证明", "German passport, with an exemption certificate"),
    _story("long-name", "长姓名，证件号码以X结尾", "A long name, and a number that ends in X"),
    _story("rare-name", "生僻字姓名", "A name of rare characters"),
    _story(
        "legacy-area", "1968年出生，证件号码含已停用的区划代码", "Born in 1968, with a retired area code in the number"
    ),
    _story("self-paying", "女，38岁，2020年起本人缴费，已参保", "Woman, 38, has paid for herself since 2020"),
    _story(
        "resident",
        "男，38岁，农业户口，从未参保：可以参加居民养老",
        "Man, 38, never insured: may join the residents' pension",
    ),
    _story("resident-member", "女，45岁，去年起参加居民养老", "Woman, 45, in the residents' pension since last year"),
    _story("late-starter", "女，52岁，从未参保，距领取年龄不足15年", "Woman, 52, never insured, under 15 years to go"),
    _story("civil-servant", "男，36岁，公务员", "Man, 36, civil servant"),
    _story("from-elsewhere", "男，33岁，外省户籍，单位已停缴", "Man, 33, registered in another province"),
    _story("sparse", "只有最少的信息", "Only what a record must have"),
    _story("clerk", "和平区经办人员", "Staff of 和平区"),
    _story("supervisor", "全市主管", "Staff of all districts"),
)
