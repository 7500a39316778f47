"""The other schemes of a person in GraphQL: open ones, joined ones, and what differs."""

from collections.abc import Sequence

import strawberry

from api.enrolment.scheme import Difference
from api.graphql.types import In
from api.schemes.documents_schema import Scheme
from api.schemes.enrolment_schema import Enrolment
from api.text.i18n import Language


@strawberry.type(description="两项业务的一处不同。One point in which two schemes differ.")
class SchemeDifference:
    """What it is, here and there."""

    point: strawberry.Private[Difference]

    @strawberry.field(description="什么不同。What differs. Example: 领取待遇的年龄.")
    def label(self, language: In = Language.ZH) -> str:
        return self.point.label.say(language)

    @strawberry.field(description="本业务。In this scheme.")
    def here(self, language: In = Language.ZH) -> str:
        return self.point.here.say(language)

    @strawberry.field(description="另一业务。In the other scheme.")
    def there(self, language: In = Language.ZH) -> str:
        return self.point.there.say(language)


@strawberry.type
class Comparison:
    """Another scheme, and what differs: what `Alternative` and `Overlap` have alike."""

    points: strawberry.Private[Sequence[Difference]]
    about: Scheme = strawberry.field(description="另一项业务。The other scheme.")

    @strawberry.field(description="不同之处。What differs.")
    def differences(self) -> list[SchemeDifference]:
        return [SchemeDifference(point=each) for each in self.points]


@strawberry.type(description="今天也可以参加的另一项业务。Another scheme that the person may join today.")
class Alternative(Comparison):
    """Another scheme, and what differs."""


@strawberry.type(
    description="本人已登记、与本业务只宜选择一项的另一项业务。Another scheme in which the person is enrolled, of which and this one "
    "a person needs only one."
)
class Overlap(Comparison):
    """An enrolment in another scheme, and what differs."""

    enrolment: Enrolment = strawberry.field(description="现有的登记。The enrolment that stands.")
