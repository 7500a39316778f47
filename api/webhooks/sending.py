"""Sends the messages that are due: each at least once, by one Hall at a time, under the rights of its account.

An attempt begins with a lease: an update that only one of several Halls can make. If that Hall dies, another one tries
again after the lease, under the same id. An accepted message is deleted.
"""

import asyncio
import logging
import random
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from http import HTTPStatus

from api import clock
from api.accesslog.store import append
from api.accounts.access_log import Request, use_entry
from api.accounts.authorization import Act
from api.accounts.models import Account
from api.accounts.service import Principal, principal_of
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work, delete_rows, update_rows
from api.enrolment.models import Webhook, WebhookMessage
from api.errors import DatabaseError, Refused
from api.http.observability.metrics import count_webhook_attempt
from api.people import service as people
from api.people.models import Person
from api.schemes.registry import scheme_of_id
from api.settings import Settings
from api.webhooks.addresses import address_of
from api.webhooks.documents import body_of
from api.webhooks.post import NotSent, post
from api.webhooks.signature import signed_headers

POLL_SECONDS = 1.0
# Longer than the time-out of a request.
LEASE = timedelta(seconds=30)
# The delays after failed attempts; the last one is repeated. Together they are three days.
DELAYS = (5, 30, 120, 600, 3600, 6 * 3600)
MAX_ATTEMPTS = 17
# Spreads the attempts of messages that failed together.
JITTER = 0.1
MAX_DUE = 100
logger = logging.getLogger("hall.webhooks")


async def send_messages(settings: Settings) -> None:
    """Send what is due, for as long as the Hall is open; the messages of one webhook one after the other."""
    sender = _Sender(settings)
    async with asyncio.TaskGroup() as tasks:
        while True:
            try:
                if not await sender.start(tasks):
                    sender.is_failing = False
            except Exception as error:  # noqa: BLE001 - whatever it is, the next second may be better
                sender.log_failure(error)
            await asyncio.sleep(POLL_SECONDS)


@dataclass(slots=True)
class _Sender:
    settings: Settings
    is_failing: bool = False
    _busy: set[int] = field(default_factory=set)

    async def start(self, tasks: asyncio.TaskGroup) -> bool:
        """Start a task for each webhook that has messages due and is not being sent to; return whether any is busy."""
        for webhook in await Rows(Webhook).where(active=True).ordered("id").all():
            if webhook.id in self._busy or not await _due(webhook.id, 1):
                continue
            self._busy.add(webhook.id)
            tasks.create_task(self._send_all(webhook))
        return bool(self._busy)

    async def _send_all(self, webhook: Webhook) -> None:
        try:
            for message in await _due(webhook.id, MAX_DUE):
                if not await self._send(webhook, message):
                    break
            self.is_failing = False
        except Exception as error:  # noqa: BLE001 - the messages wait
            self.log_failure(error)
        finally:
            self._busy.discard(webhook.id)

    def log_failure(self, error: Exception) -> None:
        """Log a failure of the Hall, once until the next success."""
        if not self.is_failing:
            self.is_failing = True
            logger.warning(
                "messages to webhooks wait: the database is busy" if isinstance(error, DatabaseError)
                else "messages to webhooks wait, by a fault of the Hall",
                exc_info=None if isinstance(error, DatabaseError) else error,
            )  # fmt: skip

    async def _send(self, webhook: Webhook, message: WebhookMessage) -> bool:
        """Make one attempt; return whether the next message of the webhook may be tried at once."""
        principal, person = await _rights(webhook, message)
        if principal is None:
            # A disabled account is told nothing; its messages wait until it is enabled.
            return False
        if person is None:
            # guard: messages-about-visible-people
            await in_transaction(lambda: delete_rows(Rows(WebhookMessage).where(id=message.id)))
            count_webhook_attempt("withheld")
            return True
        if not await in_transaction(lambda: _leased(webhook, message, principal)):
            return True
        try:
            body = body_of(message, person.public_id, webhook.document)
            address = address_of(webhook.url, self.settings)
            headers = signed_headers(webhook.secret, message.public_id, body, clock.now())
            status = await post(address, body, headers)
        except (NotSent, Refused, LookupError) as error:
            # A host that is not named any more, or a document that does not fit: no text has personal data.
            return await _failed(webhook, message, str(error))
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            if status == HTTPStatus.GONE:
                await _stop(webhook)
            return await _failed(webhook, message, f"status {status}")
        await in_transaction(lambda: delete_rows(Rows(WebhookMessage).where(id=message.id)))
        count_webhook_attempt("accepted")
        return True


async def _due(webhook: int, most: int) -> list[WebhookMessage]:
    waiting = Rows(WebhookMessage).where(webhook_id=webhook, given_up=False, due_at__lte=clock.now().astimezone(UTC))
    return await waiting.ordered("due_at", "id").first(most).all()


async def _rights(webhook: Webhook, message: WebhookMessage) -> tuple[Principal | None, Person | None]:
    """Return the account of a webhook, None while it is disabled, and the person, None where it may not see them."""
    account = await Rows(Account).where(id=webhook.account_id).one()
    if account is None or account.disabled:
        return None, None
    principal = principal_of(account, account.id, session=0, expires_at=clock.now())
    return principal, await people.visible_to(principal).where(id=message.person_id).only(("public_id",)).one()


def _leased(webhook: Webhook, message: WebhookMessage, principal: Principal) -> Work[bool]:
    """Take the lease of a message; the first attempt is logged as a use of the person's record."""
    now, seen = clock.now(), message.attempts
    # guard: one-attempt-at-a-time
    rows = Rows(WebhookMessage).where(id=message.id, attempts=seen, given_up=False)
    if not (yield from update_rows(rows, attempts=seen + 1, due_at=now + LEASE)):
        return False
    if seen == 0:
        request = Request(principal=principal, moment=now, request_id=message.public_id)
        field_seen = scheme_of_id(message.enrolment_id).person_field
        used = use_entry(request, Act.READ, person=message.person_id, purpose=webhook.purpose, fields=[field_seen])
        # guard: no-message-without-its-entry
        yield from append([used])
    return True


async def _failed(webhook: Webhook, message: WebhookMessage, cause: str) -> bool:
    """Put a message off, or give it up; return False: the next message would fail too."""
    attempts = message.attempts + 1
    is_last = attempts >= MAX_ATTEMPTS
    delay = DELAYS[min(attempts, len(DELAYS)) - 1] * (1 + random.random() * JITTER)  # noqa: S311 - hides nothing
    due = clock.now() + timedelta(seconds=delay)
    rows = Rows(WebhookMessage).where(id=message.id, attempts=attempts)
    await in_transaction(lambda: update_rows(rows, due_at=due, given_up=is_last))
    count_webhook_attempt("given up" if is_last else "failed")
    what = "was given up" if is_last else f"is tried again in {delay:.0f} s"
    level = logging.WARNING if is_last else logging.INFO
    logger.log(level, "a message to %s %s: %s", webhook.public_id, what, cause)
    return False


async def _stop(webhook: Webhook) -> None:
    """Write no more messages for a webhook whose receiver says that it is gone."""
    await in_transaction(lambda: update_rows(Rows(Webhook).where(id=webhook.id), active=False))
    count_webhook_attempt("gone")
    logger.warning("%s answered 410: it gets no more messages until `webhook retry`", webhook.public_id)
