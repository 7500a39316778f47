"""Registering, listing and removing webhooks, as an operator does."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api import encryption
from api.accesslog.service import valid_purpose
from api.accesslog.store import append
from api.accounts import events
from api.accounts.events import EventOutcome, SecurityEvent
from api.accounts.models import Account, Role
from api.accounts.service import account_named
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work, delete_rows, insert_row, update_rows
from api.enrolment.models import Webhook, WebhookMessage, new_public_id
from api.errors import Refused
from api.settings import Settings
from api.webhooks.addresses import address_of
from api.webhooks.documents import checked
from api.webhooks.signature import new_secret


class NewWebhook(NamedTuple):
    """What an operator says of a webhook: the account of the other system, where and what to send, and why."""

    account: str
    url: str
    document: str
    purpose: str


class Registered(NamedTuple):
    """A new webhook, and the secret that its receiver verifies messages with."""

    public_id: str
    secret: str


class Listed(NamedTuple):
    """A webhook with its account, and the numbers of messages that wait and that were given up."""

    webhook: Webhook
    account: str
    waiting: int
    given_up: int


async def register(new: NewWebhook, settings: Settings, now: datetime) -> Registered:
    """Store a webhook; raise Refused with the cure where it is not valid."""
    owner = await account_named(new.account)
    if owner.role is Role.CITIZEN or owner.disabled:
        raise Refused("Messages are for another system: add an account of staff for it, and enable it.")
    if (why := valid_purpose(new.purpose)) is None:
        raise Refused("Say in 1 to 200 characters why the messages are sent: people read it in their access log.")
    address_of(new.url, settings)
    checked(new.document)
    public_id, secret = new_public_id("webhook"), new_secret()

    def work() -> Work[Webhook]:
        added = yield from insert_row(
            Webhook,
            public_id=public_id,
            account_id=owner.id,
            url=new.url,
            document=new.document,
            purpose=why,
            active=True,
            added_at=now,
            **encryption.as_stored(Webhook, public_id, {"secret": secret}),
        )
        yield from append([events.command_entry(SecurityEvent.ADD_WEBHOOK, owner, now, secrets.token_hex(16))])
        return added

    await in_transaction(work)
    _log(SecurityEvent.ADD_WEBHOOK, owner)
    return Registered(public_id, secret)


async def registered() -> Sequence[Listed]:
    """Return all webhooks, oldest first."""
    names: Mapping[int, str] = {each.id: each.name for each in await Rows(Account).all()}
    found = []
    for webhook in await Rows(Webhook).ordered("id").all():
        messages = Rows(WebhookMessage).where(webhook_id=webhook.id)
        waiting, given_up = [await messages.where(given_up=each).count() for each in (False, True)]
        found.append(Listed(webhook, names[webhook.account_id], waiting, given_up))
    return found


async def remove(public_id: str, now: datetime) -> int:
    """Remove a webhook with its messages; return how many those were."""
    webhook = await _webhook(public_id)
    [owner] = await Rows(Account).where(id=webhook.account_id).all()

    def work() -> Work[int]:
        lost = yield from delete_rows(Rows(WebhookMessage).where(webhook_id=webhook.id))
        yield from delete_rows(Rows(Webhook).where(id=webhook.id))
        yield from append([events.command_entry(SecurityEvent.REMOVE_WEBHOOK, owner, now, secrets.token_hex(16))])
        return lost

    lost = await in_transaction(work)
    _log(SecurityEvent.REMOVE_WEBHOOK, owner)
    return lost


async def retry(public_id: str, now: datetime) -> int:
    """Send all messages of a webhook again at once, also those that were given up; return how many there are."""
    webhook = await _webhook(public_id)

    def work() -> Work[int]:
        yield from update_rows(Rows(Webhook).where(id=webhook.id), active=True)
        messages = Rows(WebhookMessage).where(webhook_id=webhook.id)
        # One attempt is behind each of them: the use of the record is in the access log already.
        return (yield from update_rows(messages.where(attempts__gt=0), due_at=now, given_up=False, attempts=1))

    return await in_transaction(work)


async def _webhook(public_id: str) -> Webhook:
    found = await Rows(Webhook).where(public_id=public_id).one()
    if found is None:
        raise Refused("There is no such webhook; `webhook list` shows their ids.")
    return found


def _log(event: SecurityEvent, owner: Account) -> None:
    events.log(event, owner.id, EventOutcome.DONE, secrets.token_hex(16))
