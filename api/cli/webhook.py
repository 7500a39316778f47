"""Registers, lists and removes webhooks."""

import argparse

from api import clock
from api.cli.security_events import print_events
from api.db import database
from api.errors import Refused
from api.settings import Settings
from api.webhooks import service


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run an action on webhooks."""
    print_events()
    async with database.connected(settings) as context:
        await database.require_current(context)
        match arguments.action:
            case "add":
                await _add(settings, arguments)
            case "list":
                await _list()
            case "remove":
                print(f"Removed it, with {await service.remove(arguments.webhook, clock.now())} messages.")
            case _:
                print(f"{await service.retry(arguments.webhook, clock.now())} messages are tried again.")
    return 0


async def _add(settings: Settings, arguments: argparse.Namespace) -> None:
    try:
        document = arguments.document.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused("The file of the document cannot be read.") from None
    new = service.NewWebhook(arguments.account, arguments.url, document, arguments.purpose)
    added = await service.register(new, settings, clock.now())
    print(f"{added.public_id}\n{added.secret}")


async def _list() -> None:
    for webhook, account, waiting, given_up in await service.registered():
        state = "active" if webhook.active else "not active"
        print(f"{webhook.public_id}  {account}  {state}, {waiting} waiting, {given_up} given up  {webhook.url}")
