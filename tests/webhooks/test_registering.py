"""An operator registers webhooks; what is wrong is refused with the cure."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from api import clock
from api.cli.accounts import administration
from api.db.database import connected
from api.enrolment.models import Webhook
from api.errors import Refused, SettingsError
from api.settings import Mode, Settings
from api.webhooks import service
from api.webhooks.addresses import address_of
from api.webhooks.documents import checked
from api.webhooks.service import NewWebhook
from tests.accesslog.entries import entries
from tests.architecture.sources import text
from tests.test_commands import command
from tests.webhooks.test_sending import DOCUMENT, PURPOSE

HOSTS = ("hub.example", "hub.example:8443", "127.0.0.1:9000", "[::1]:9000")
URL = "https://hub.example/hall"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://other.example/", "HALL_WEBHOOK_HOSTS does not name other.example"),
        ("https://hub.example:444/", "HALL_WEBHOOK_HOSTS does not name hub.example:444"),
        ("https://hub.example.evil.example/", "does not name hub.example.evil.example"),
        ("https://127.0.0.1/", "does not name 127.0.0.1"),
        ("http://hub.example/", "https://"),
        ("http://127.0.0.1:9000/", "https://"),
        ("ftp://hub.example/", "https://"),
        ("https://user:password@hub.example/", "no account"),
        ("https://hub.example/#part", "no fragment"),
        ("https://hub.example/\u4e2d", "ASCII"),
        ("https://hub.example/" + "a" * 500, "500 characters"),
        ("https://hub.example:port/", "no URL"),
        ("https:///hall", "has a host"),
        ("hub.example", "has a host"),
    ],
)
def test_only_named_hosts_over_https(url: str, wrong: str) -> None:
    """Nothing is sent to other hosts or ports, without TLS, or to what only looks like a named host."""
    with pytest.raises(Refused, match=wrong):
        address_of(url, Settings(webhook_hosts=HOSTS))


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("https://hub.example", "/", "hub.example"),
        ("https://HUB.example:443/a?b=c", "/a?b=c", "hub.example"),
        ("https://hub.example:8443/a", "/a", "hub.example:8443"),
        ("http://127.0.0.1:9000/", "/", "127.0.0.1:9000"),
        ("http://[::1]:9000/", "/", "[::1]:9000"),
    ],
)
def test_addresses_are_read(url: str, target: str, authority: str) -> None:
    """A URL is a host with its port, and a target; the demo also sends without TLS to its own machine."""
    found = address_of(url, Settings(mode=Mode.DEMO, webhook_hosts=HOSTS))
    assert (found.target, found.authority) == (target, authority)


@pytest.mark.parametrize("hosts", ["https://hub.example", "hub.example/", "*", "HUB.example"])
def test_hosts_are_hosts(hosts: str) -> None:
    """HALL_WEBHOOK_HOSTS has hosts, not URLs or patterns."""
    with pytest.raises(SettingsError, match="HALL_WEBHOOK_HOSTS"):
        Settings.from_environment({"HALL_WEBHOOK_HOSTS": hosts})


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ("{ statusChange { name } }", "Cannot query field"),
        ("{ statusChange { personId ", "Syntax Error"),
        ("{ viewer { account } }", "Cannot query field"),
        ("query ($a: Int) { statusChange { id } }", "no variables|never used"),
        ("query A { statusChange { id } } query B { statusChange { id } }", "several operations"),
        ("{ __schema { types { name } } }", "introspection"),
        ("{ " + " ".join(f"a{n}: statusChange {{ id }}" for n in range(99)) + " }", "aliases"),
        ("mutation { statusChange { id } }", "not configured|mutation"),
    ],
)
async def test_document_fits_the_schema_of_messages(settings: Settings, document: str, wrong: str) -> None:
    """A document that asks for what is not there, for too much, or for variables is refused, and says why."""
    settings = replace(settings, webhook_hosts=HOSTS)
    async with connected(settings):
        with pytest.raises(Refused, match=wrong):
            await service.register(NewWebhook("supervisor", URL, document, PURPOSE), settings, clock.now())
        assert await Webhook.all().count() == 0


async def test_webhook_is_of_an_account_with_a_purpose(settings: Settings) -> None:
    """Citizens, disabled accounts and webhooks without a purpose are refused; each change is in the access log."""
    settings = replace(settings, webhook_hosts=HOSTS)
    async with connected(settings):
        await administration.disable("clerk", now=clock.now())
        for account, purpose in (("eligible", PURPOSE), ("clerk", PURPOSE), ("nobody", PURPOSE), ("supervisor", " ")):
            with pytest.raises(Refused):
                await service.register(NewWebhook(account, URL, DOCUMENT, purpose), settings, clock.now())
        added = await service.register(NewWebhook("supervisor", URL, DOCUMENT, PURPOSE), settings, clock.now())
        [stored] = await Webhook.all()
        assert (stored.secret, stored.url) == (added.secret, URL)
        await service.remove(added.public_id, clock.now())
        with pytest.raises(Refused, match="no such webhook"):
            await service.remove(added.public_id, clock.now())
    acts = [(each["act"], each["purpose"]) for each in await entries(settings)]
    assert acts[-2:] == [("ADD_WEBHOOK", "登记通知接收方 supervisor"), ("REMOVE_WEBHOOK", "删除通知接收方 supervisor")]


def test_documented_document_is_valid() -> None:
    """The document of docs/webhooks.md is accepted."""
    [document] = re.findall(r"```graphql\n(.*?)```", text(PurePosixPath("docs/webhooks.md")), re.DOTALL)
    assert checked(document).kind_name == "query"


def test_commands(settings: Settings, tmp_path: Path) -> None:
    """`webhook add` prints the id and the secret; `list` shows the webhook without it; `remove` removes it."""
    file = tmp_path / "hub.graphql"
    file.write_text(DOCUMENT, "utf-8")

    def output(*words: str) -> str:
        ran = command(settings, "webhook", *words, HALL_WEBHOOK_HOSTS="hub.example")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    webhook, secret = output("add", "supervisor", URL, "--document", str(file), "--purpose", PURPOSE).split()
    assert secret.startswith("whsec_")
    assert output("list") == f"{webhook}  supervisor  active, 0 waiting, 0 given up  {URL}\n"
    assert output("retry", webhook) == "0 messages are tried again.\n"
    assert output("remove", webhook) == "Removed it, with 0 messages.\n"
    assert output("list") == ""
