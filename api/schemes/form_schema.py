"""The form of a scheme in GraphQL: its fields, and the values that a client sends."""

from datetime import date

import strawberry

from api.codes.tables import CodeTableName
from api.enrolment import form as forms
from api.graphql.types import In, described
from api.people.models import Person
from api.text.i18n import Language

described(
    forms.FieldKind,
    "登记表项的填写方式。How a field of a form is filled in.",
    CODE="从代码表选择。Chosen from a code table.",
    CHOICE="从 choices 选择。Chosen from `choices`.",
    ADDRESS="地址。An address.",
    MOBILE_NUMBER="手机号码。A mobile number.",
    DECLARATION="本人声明，true 或 false。A declaration: true or false.",
)


@strawberry.type(description="登记表某项的一个选项。A value that a field of a form offers.")
class FieldChoice:
    """A value and what it is called."""

    choice: strawberry.Private[forms.Choice]

    @strawberry.field(description="提交的值。The value to be sent.")
    def value(self) -> str:
        return self.choice.value

    @strawberry.field(description="名称。What it is called.")
    def label(self, language: In = Language.ZH) -> str:
        return self.choice.label.say(language)


@strawberry.type(description="登记表的一项。A field of a form, beside the district.")
class FormField:
    """A field of a scheme's form."""

    of: strawberry.Private[forms.FormField]
    person: strawberry.Private[Person]
    on: strawberry.Private[date]

    @strawberry.field(description="名称，供程序使用。Its name, for programs. Example: ethnicGroup.")
    def name(self) -> str:
        return self.of.name

    @strawberry.field(description="项目名称。Its label. Example: 民族.")
    def label(self, language: In = Language.ZH) -> str:
        label = self.of.label.say(language)
        return label[:1].upper() + label[1:]

    @strawberry.field(description="填写方式。How it is filled in.")
    def kind(self) -> forms.FieldKind:
        return self.of.kind

    @strawberry.field(description="是否必填。Whether it has to be filled in.")
    def required(self) -> bool:
        return self.of.required

    @strawberry.field(description="填写说明；没有时为空。How to fill it in; null where nothing needs saying.")
    def hint(self, language: In = Language.ZH) -> str | None:
        return None if self.of.hint is None else self.of.hint.say(language)

    @strawberry.field(description="声明的内容；不是声明时为空。What is declared; null where it is no declaration.")
    def statement(self, language: In = Language.ZH) -> str | None:
        return None if self.of.statement is None else self.of.statement.say(language)

    @strawberry.field(description="所用代码表；不用代码时为空。The code table; null where it has none.")
    def code_table(self) -> CodeTableName | None:
        return self.of.codes

    @strawberry.field(
        description="选项，代码表中与证件相符的各项在内；自行填写的为空表。The values that it offers, of a code table those that fit the document; "
        "empty where the value is typed."
    )
    def choices(self) -> list[FieldChoice]:
        return [FieldChoice(choice=each) for each in self.of.offered(self.person, self.on)]

    @strawberry.field(
        description="档案中的代码，可直接填入；没有或属个人信息时为空。The code in the record, by which the form can be filled in; null "
        "where there is none."
    )
    def recorded(self) -> str | None:
        return self.of.recorded(self.person) if self.of.recorded else None


@strawberry.input(description="登记表一项的填写内容。The value of a field of a form.")
class FieldValueInput:
    """A field and its value."""

    name: str = strawberry.field(description="项目名称，见 FormField.name。The field. Example: mobileNumber.")
    value: str = strawberry.field(
        description="填写内容；代码填代码，声明填 true 或 false。The value: a code, a text, or true or false for a declaration."
    )


def values_of(given: list[FieldValueInput] | None) -> dict[str, forms.Value]:
    """Return the values by field; the last one counts where a field is given twice."""
    return {each.name: each.value for each in given or ()}
