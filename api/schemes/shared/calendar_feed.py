"""The last days of the declaration windows as a calendar that phones subscribe to: RFC 5545, RFC 7986."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from api.law.days import add_months, written_days
from api.schemes.shared.declaration_window import TAX_OFFICE, declaration_window
from api.text.i18n import Language, Text

MONTHS = 12
NAME = Text("申报缴费日历（灵活就业）", "Declaration calendar of flexible employment")
LAST_DAY = Text("灵活就业申报缴费截止日", "Last day to declare and pay contributions")
WINDOW = Text(
    "本期申报缴费期为{days}，向税务机关按月、按季或按年申报。已缴的不用再缴。",
    "The window is {days}. Declare and pay with the tax authority, by month, quarter or year, unless you have paid.",
)
# Octets of a line without its line break: RFC 5545, 3.1.
LINE = 75


def calendar_feed(language: Language, now: datetime) -> str:
    """Return the windows from the current one on, for a year, as the text of an .ics file.

    The identifiers of the events last, so that a subscriber's copy is changed and not doubled.
    """
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//The Hall//Declaration calendar//ZH",
        "METHOD:PUBLISH",
        f"NAME:{_escaped(NAME.say(language))}",
        f"X-WR-CALNAME:{_escaped(NAME.say(language))}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT000000Z")
    events = (line for opens, closes in _windows(now.date()) for line in _event(opens, closes, stamp, language))
    return "".join(f"{part}\r\n" for line in [*head, *events, "END:VCALENDAR"] for part in _folded(line))


def _windows(today: date) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each window; fewer at the end of the calendar."""
    day: date | None = today
    for _ in range(MONTHS):
        window = None if day is None else declaration_window(day)
        if window is None:
            return
        yield window.opens_on, window.closes_on
        day = add_months(window.closes_on.replace(day=1), 1)


def _event(opens: date, closes: date, stamp: str, language: Language) -> Iterator[str]:
    title = _escaped(LAST_DAY.say(language))
    yield "BEGIN:VEVENT"
    yield f"UID:declaration-{closes:%Y-%m}@hall"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{closes:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{closes + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{title}"
    yield f"DESCRIPTION:{_escaped(WINDOW.say(language).format(days=written_days(opens, closes).say(language)))}"
    yield f"URL:{TAX_OFFICE}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield "TRIGGER:-P3D"
    yield f"DESCRIPTION:{title}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield the line in parts of at most 75 octets; each further part begins with a space."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LINE:
            yield part
            part = " "
        part += sign
    yield part
