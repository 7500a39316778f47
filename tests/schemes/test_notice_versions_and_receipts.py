"""Notices in their versions, and receipts that anyone can verify."""

import json
import re
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import segno
from hypothesis import given
from hypothesis import strategies as st

from api.enrolment.qr_code import QUIET_ZONE, qr_code
from api.enrolment.receipt import ALPHABET, check_sign, new_number, read_number
from tests.hall import Hall

RECEIPT = """
{ viewer { person { flexibleEmployment { current {
  registeredAt noticeVersion notice { version clauses { id text } }
  receipt { number issuedAt digest lines { label value } verificationUrl verificationCode { size path } }
} } } } }
"""


async def test_enrolment_shows_accepted_notice(hall: Hall) -> None:
    """The accepted notice is available by version, clause by clause, also after it is outdated."""
    enrolment = (await hall.ask(RECEIPT, account="enrolled"))["data"]["viewer"]["person"]["flexibleEmployment"][
        "current"
    ]
    version = enrolment["noticeVersion"]
    document = "query ($v: String) { notice(version: $v) { version clauses { id text } } }"
    assert (await hall.ask(document, {"v": version}))["data"]["notice"] == enrolment["notice"]
    assert (await hall.ask(document, {"v": "1999-01-01"}))["data"]["notice"] is None


async def test_digests_can_be_recomputed(hall: Hall) -> None:
    """The digests follow the descriptions of `Notice.digest` and `Receipt.digest`."""

    def digest(content: object) -> str:
        return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    notice = (await hall.ask("{ notice { version digest consent clauses { id text } } }"))["data"]["notice"]
    clauses = [[clause["id"], clause["text"]] for clause in notice["clauses"]]
    assert notice["digest"] == digest([notice["version"], clauses, notice["consent"]])
    answer = await hall.ask(RECEIPT, account="enrolled")
    receipt = answer["data"]["viewer"]["person"]["flexibleEmployment"]["current"]["receipt"]
    lines = [[line["label"], line["value"]] for line in receipt["lines"]]
    assert receipt["digest"] == digest([receipt["number"], receipt["issuedAt"], lines])


async def test_receipt_code_leads_to_verification(hall: Hall) -> None:
    """The URL in the QR code has the number and the digest, no personal data, and the verification succeeds."""
    answer = await hall.ask(RECEIPT, account="enrolled")
    receipt = answer["data"]["viewer"]["person"]["flexibleEmployment"]["current"]["receipt"]
    page, _, query = urlsplit(receipt["verificationUrl"]).fragment.partition("?")
    parameters = {name: values[0] for name, values in parse_qs(query).items()}
    assert (page, parameters) == ("/verify", {"number": receipt["number"], "digest": receipt["digest"]})
    document = "query ($number: String!, $digest: String!) { verifyReceipt(number: $number, digest: $digest) }"
    assert (await hall.ask(document, parameters))["data"] == {"verifyReceipt": True}
    assert filled_modules(receipt["verificationCode"]["path"]) == modules(receipt["verificationUrl"])


def filled_modules(path: str) -> set[tuple[int, int]]:
    """Return the modules that an SVG path fills, as column and row."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path)
    assert "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs) == path
    return {(int(x) + step, int(y)) for x, y, length in runs for step in range(int(length))}


def modules(text: str) -> set[tuple[int, int]]:
    """Return the dark modules of a text's QR code, with its quiet zone."""
    rows = segno.make_qr(text, error="m").matrix
    return {(x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@given(st.text(min_size=1, max_size=200))
def test_qr_code_path_fills_dark_modules(text: str) -> None:
    """The SVG path fills exactly the dark modules of the QR code."""
    assert filled_modules(qr_code(text).path) == modules(text)


@given(st.text())
def test_any_text_is_parsed_as_receipt_number(text: str) -> None:
    """Any text parses to a receipt number or None."""
    assert read_number(text) is None or len(read_number(text) or "") == len(new_number())


def test_receipt_number_detects_typing_errors() -> None:
    """A number is read in any spelling; one wrong character or two swapped neighbours make it invalid."""
    number = new_number()
    assert read_number(number.lower().replace("-", " ")) == number
    signs = number.replace("-", "")[2:]
    for place, sign in enumerate(signs):
        for other in set(ALPHABET) - {sign}:
            assert read_number(signs[:place] + other + signs[place + 1 :]) is None
    for place in range(len(signs) - 1):
        swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
        assert swapped == signs or read_number(swapped) is None


def test_receipt_numbers_are_random() -> None:
    """Ten thousand numbers are distinct, have valid check characters, and are not sequential."""
    numbers = [new_number() for _ in range(10_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(check_sign(number.replace("-", "")[2:-1]) == number[-1] for number in numbers)
    first = [number[3:7] for number in numbers]
    assert len(set(first)) > 9000
