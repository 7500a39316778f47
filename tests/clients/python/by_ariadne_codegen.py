"""ariadne-codegen: the operations of journey.graphql as methods with types. The argument is the address of the API."""

import asyncio
import sys
from uuid import uuid4

from form import ACCOUNT, form
from hall import Client
from hall.input_types import RegisterFlexibleEmploymentInput, SignInInput, WithdrawFlexibleEmploymentInput


async def main(address: str) -> None:
    """Take the journey."""
    async with Client(address) as hall:
        signed_in = (await hall.sign_in(SignInInput(**ACCOUNT))).sign_in
        assert signed_in.typename__ == "SignedIn"
        for purpose in "一二三":
            await hall.reveal(purpose)
        person = (await hall.home(first=2)).viewer.person
        assert person.flexible_employment.eligibility.outcome.value == "ELIGIBLE"
        log = person.access_log
        further = (await hall.home(first=1, after=log.page_info.end_cursor)).viewer.person.access_log
        assert len({edge.node.id for edge in [*log.edges, *further.edges]}) == 3
        notice = (await hall.notice()).notice
        filled = form(notice.version)
        dry = (await hall.register(RegisterFlexibleEmploymentInput(**filled, dryRun=True))).register_flexible_employment
        assert dry.typename__ == "RegistrationPreview"
        assert dry.lines
        registered = (await hall.register(RegisterFlexibleEmploymentInput(**filled))).register_flexible_employment
        assert registered.typename__ == "FlexibleEmploymentRegistered"
        assert registered.person.flexible_employment.current.id == registered.enrolment.id
        withdrawal = WithdrawFlexibleEmploymentInput(enrolmentId=registered.enrolment.id, idempotencyKey=str(uuid4()))
        withdrawn = (await hall.withdraw(withdrawal)).withdraw_flexible_employment
        assert withdrawn.typename__ == "FlexibleEmploymentWithdrawn"
        assert withdrawn.person.flexible_employment.current is None


asyncio.run(main(sys.argv[1]))
