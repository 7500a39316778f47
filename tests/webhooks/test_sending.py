"""Messages about enrolments reach their receivers: signed, at least once, under the rights of an account."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api import clock
from api.cli.accounts import administration
from api.db.transactions.dispatch import in_transaction
from api.enrolment.models import Webhook, WebhookMessage
from api.errors import DatabaseBusy
from api.settings import Settings
from api.timeouts import running_beside
from api.webhooks import post, sending, service
from api.webhooks.service import NewWebhook, Registered
from tests.hall import Hall, open_hall
from tests.http.serving import serving
from tests.people.importing.test_enrolments_follow import import_participations
from tests.schemes.flexible_employment.test_registration import register, withdraw
from tests.webhooks.receiver import Receiver, receiving, until

__all__ = ["import_participations"]
DOCUMENT = """
query Hub @inContext(language: EN) {
  statusChange { id status since personId enrolment { id scheme district { code name } } }
}
"""
PURPOSE = "同步参保状态"
LOG = "{ viewer { person { id accessLog(first: 5) { nodes { actor purpose fields } } } } }"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(sending, "DELAYS", (0.05,))
    monkeypatch.setattr(post, "SECONDS", 0.5)


@asynccontextmanager
async def sending_to(receiver: Receiver, settings: Settings, account: str = "supervisor") -> AsyncIterator[Any]:
    """Open a Hall with a webhook of an account."""
    async with open_hall(replace(settings, webhook_hosts=(receiver.host,))) as hall:
        url = f"http://{receiver.host}/hall?from=hall"
        yield hall, await service.register(NewWebhook(account, url, DOCUMENT, PURPOSE), hall.settings, clock.now())


async def _is_delivered() -> bool:
    return not await WebhookMessage.all().exists()


async def test_registration_and_withdrawal_are_told(settings: Settings) -> None:
    """Each is one signed message in the shape of the document, and one entry of the person's access log."""
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, webhook):
        enrolment = (await register(hall))["enrolment"]["id"]
        await receiver.wait_for(1)
        await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w")
        await receiver.wait_for(2)
        await until(_is_delivered)
        person = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]
        _check(receiver, webhook, enrolment, person["id"])
    used = [each for each in person["accessLog"]["nodes"] if each["actor"] == "supervisor"]
    assert used == [{"actor": "supervisor", "purpose": PURPOSE, "fields": ["flexibleEmployment"]}] * 2


def _check(receiver: Receiver, webhook: Registered, enrolment: str, person: str) -> None:
    for number, status in enumerate(("REGISTERED", "WITHDRAWN")):
        content = receiver.verified(number, webhook.secret)
        assert content["type"] == "enrolment.status"
        assert content["data"]["statusChange"] == {
            "id": receiver.ids[number],
            "status": status,
            "since": clock.today().isoformat(),
            "personId": person,
            "enrolment": {
                "id": enrolment,
                "scheme": "FLEXIBLE_EMPLOYMENT",
                "district": {"code": "120101", "name": "Heping District"},
            },
        }
    assert [head["request"] for head in receiver.heads] == ["POST /hall?from=hall HTTP/1.1"] * 2


async def test_status_by_the_record_is_told(settings: Settings, import_participations: Any, hall: Hall) -> None:
    """An import that changes the status of an enrolment writes the message in its own transaction."""
    async with receiving() as receiver:
        settings = replace(hall.settings, webhook_hosts=(receiver.host,))
        new = NewWebhook("supervisor", f"http://{receiver.host}/", DOCUMENT, PURPOSE)
        await service.register(new, settings, clock.now())
        await register(hall)
        month = clock.today().replace(day=1)
        await import_participations("eligible", f"110,1,120101,,{month},")
        written = await WebhookMessage.all().order_by("id")
        assert [(each.status, each.attempts) for each in written] == [("REGISTERED", 0), ("ACTIVE", 0)]
        async with running_beside(sending.send_messages(settings)):
            await receiver.wait_for(2)
            await until(_is_delivered)
    assert sorted(receiver.ids) == sorted(each.public_id for each in written)


@pytest.mark.parametrize("statuses", [[500, 503], [302, 301], [None, 200], [400, 200]])
async def test_failed_attempts_are_repeated(settings: Settings, statuses: list[int | None]) -> None:
    """Errors, redirects and silence are failures: the same message comes again, the same in each byte."""
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, webhook):
        receiver.next_statuses = list(statuses)
        await register(hall)
        failures = sum(status != 200 for status in statuses)
        await receiver.wait_for(failures + 1)
        await until(_is_delivered)
        assert len(set(receiver.ids)) == len(set(receiver.bodies)) == 1
        assert len(receiver.ids) == failures + 1
        receiver.verified(failures, webhook.secret)
        assert all("/hall" in head["request"] for head in receiver.heads)
        log = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["nodes"]
    assert [each["actor"] for each in log].count("supervisor") == 1


async def test_receiver_that_is_down_is_told_later(settings: Settings) -> None:
    """Nothing listens, the Hall stops and starts again, then the receiver is back: the message arrives."""
    async with receiving() as receiver:
        pass
    async with sending_to(receiver, settings) as (hall, webhook):
        await register(hall)
        await until(lambda: WebhookMessage.filter(attempts__gt=1).exists())
        [message] = await WebhookMessage.all()
    async with open_hall(replace(settings, webhook_hosts=(receiver.host,))), receiving(receiver):
        await receiver.wait_for(1)
        await until(_is_delivered)
    assert receiver.ids == [message.public_id]
    receiver.verified(0, webhook.secret)


async def test_lost_lease_is_taken_over(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that try at the same time one gets the message; if that one dies, it is tried again after the lease."""
    async with receiving() as receiver:
        pass
    monkeypatch.setattr(sending, "POLL_SECONDS", 600)
    async with sending_to(receiver, settings) as (hall, _):
        await register(hall)
        [webhook], [message] = await Webhook.all(), await WebhookMessage.all()
        principal, _ = await sending._rights(webhook, message)
        assert principal is not None
        taken = [in_transaction(lambda: sending._leased(webhook, message, principal)) for _ in range(3)]
        assert sorted(await asyncio.gather(*taken)) == [False, False, True]
        assert await sending._due(webhook.id, 9) == []
        await WebhookMessage.all().update(due_at=clock.now().astimezone(UTC))
        assert [each.attempts for each in await sending._due(webhook.id, 9)] == [1]


async def test_message_is_given_up_after_days(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last attempt a message is kept, and `webhook retry` sends it after all."""
    monkeypatch.setattr(sending, "MAX_ATTEMPTS", 2)
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, webhook):
        receiver.next_statuses = [500, 500]
        await register(hall)
        await until(lambda: WebhookMessage.filter(given_up=True).exists())
        [listed] = await service.registered()
        assert (listed.account, listed.waiting, listed.given_up) == ("supervisor", 0, 1)
        assert await service.retry(webhook.public_id, clock.now()) == 1
        await receiver.wait_for(3)
        await until(_is_delivered)
    assert len(set(receiver.ids)) == 1


async def test_receiver_that_is_gone_is_told_no_more(settings: Settings) -> None:
    """After 410 no message is written until an operator tries again."""
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, webhook):
        receiver.next_statuses = [410]
        enrolment = (await register(hall))["enrolment"]["id"]
        await until(lambda: Webhook.filter(active=False).exists())
        await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w")
        assert await WebhookMessage.all().count() == 1
        assert await service.retry(webhook.public_id, clock.now()) == 1
        await receiver.wait_for(2)
        assert await service.remove(webhook.public_id, clock.now()) in {0, 1}
        assert await service.registered() == []


async def test_account_is_told_only_what_it_may_see(settings: Settings) -> None:
    """A clerk of another district is told nothing."""
    async with receiving() as receiver, sending_to(receiver, settings, "clerk") as (hall, _):
        await administration.set_districts("clerk", ["120102"], now=clock.now())
        await register(hall)
        await until(_is_delivered)
    assert receiver.ids == []


async def test_disabled_account_is_told_nothing(settings: Settings) -> None:
    """The messages of a disabled account wait until it is enabled."""
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, _):
        await administration.disable("supervisor", now=clock.now())
        await register(hall)
        await asyncio.sleep(0.1)
        assert [each.attempts for each in await WebhookMessage.all()] == [0]
        await administration.enable("supervisor", now=clock.now())
        await receiver.wait_for(1)
        await until(_is_delivered)


@pytest.mark.parametrize(
    "columns", [{"document": "{ statusChange { nothing } }"}, {"url": "https://elsewhere.example/"}, {"document": "{"}]
)
async def test_webhook_that_became_invalid_gives_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, columns: dict[str, str]
) -> None:
    """A document that does not fit any more, or a host that is not named any more, is a failure like others."""
    monkeypatch.setattr(sending, "MAX_ATTEMPTS", 2)
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, _):
        await Webhook.all().update(**columns)
        await register(hall)
        await until(lambda: WebhookMessage.filter(given_up=True).exists())
    assert receiver.ids == []


async def test_busy_database_is_logged_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While nothing can be written, messages wait, with one WARNING; afterwards they are sent."""
    refused: list[object] = []

    async def busy(work: object) -> None:
        refused.append(work)
        raise DatabaseBusy

    async def is_repeated() -> bool:
        return len(refused) >= 5

    async with receiving() as receiver, sending_to(receiver, settings) as (hall, _):
        await register(hall)
        await until(_is_delivered)
        monkeypatch.setattr(sending, "in_transaction", busy)
        await register(hall, "manager", idempotencyKey="m")
        await until(is_repeated)
        assert [record.message for record in caplog.records if "webhooks wait" in record.message] == [
            "messages to webhooks wait: the database is busy"
        ]
        monkeypatch.setattr(sending, "in_transaction", in_transaction)
        await until(_is_delivered)
    assert len(receiver.ids) == 2


async def test_two_processes_send_each_message_once(settings: Settings) -> None:
    """Two Halls on one database share the messages: each arrives, and none twice."""
    async with receiving() as receiver:
        async with open_hall(settings) as hall:
            named = replace(settings, webhook_hosts=(receiver.host,))
            for path in ("/one", "/two"):
                new = NewWebhook("supervisor", f"http://{receiver.host}{path}", DOCUMENT, PURPOSE)
                await service.register(new, named, clock.now())
            for number in range(3):
                enrolment = (await register(hall, idempotencyKey=f"r{number}"))["enrolment"]["id"]
                await withdraw(hall, enrolmentId=enrolment, idempotencyKey=f"w{number}")
            await WebhookMessage.all().update(due_at=datetime(2000, 1, 1, tzinfo=UTC))
            written = {each.public_id for each in await WebhookMessage.all()}

        def serve() -> None:
            hosts = {"HALL_WEBHOOK_HOSTS": receiver.host}
            with serving(settings, **hosts), serving(settings, **hosts):
                assert arrived.wait(60)

        arrived = threading.Event()
        serving_both = asyncio.create_task(asyncio.to_thread(serve))
        try:
            await receiver.wait_for(12)
            await asyncio.sleep(1.5)
        finally:
            arrived.set()
            await serving_both
    assert sorted(receiver.ids) == sorted(written)
    assert len(written) == 12


async def test_failed_write_leaves_no_message(settings: Settings) -> None:
    """A dry run and a refused registration write none; a registration sent twice writes one."""
    async with receiving() as receiver, sending_to(receiver, settings) as (hall, _):
        await register(hall, dryRun=True)
        await register(hall, mobileNumber="1")
        await register(hall)
        await register(hall)
        await receiver.wait_for(1)
        await until(_is_delivered)
    assert len(receiver.ids) == 1
