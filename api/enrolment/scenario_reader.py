"""Reads one situation of a scenarios.toml: its words are explained at the head of the file."""

import difflib
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from api.enrolment.case import Case
from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.status import EnrolmentStatus, Registration
from api.errors import Malformed
from api.law.rule import Channel, EligibilityOutcome, RuleOutcome

Thing = TypeVar("Thing")
Meaning = TypeVar("Meaning")
SEXES = {"男": "1", "女": "2", "未知": "0", "未说明": "9"}
CHANNELS = {"网厅": Channel.WEB_HALL, "APP": Channel.APP, "自助机": Channel.KIOSK, "窗口": Channel.COUNTER}
STATUSES = {"未参保": "0", "参保缴费": "1", "暂停缴费": "2", "终止": "3"}
PAYERS = {"单位": True, "本人": False}
VERDICTS = {
    "可以": EligibilityOutcome.ELIGIBLE,
    "不可以": EligibilityOutcome.NOT_ELIGIBLE,
    "需补充信息": EligibilityOutcome.NEEDS_INFORMATION,
}
HISTORIES = {
    "从未参保": (),
    "单位停缴": (InsurancePeriod("110", "2", None, employer=True, started_on=None, ended_on=None),),
    "单位在缴": (InsurancePeriod("110", "1", None, employer=True, started_on=None, ended_on=None),),
    "曾灵活就业": (InsurancePeriod("110", "3", None, employer=False, started_on=None, ended_on=None),),
}
DECLARATIONS: Mapping[str, bool | None] = {"是": True, "否": False, "未声明": None}
REGISTERED = EnrolmentStatus.REGISTERED
REGISTRATIONS = {
    "登记未缴费": REGISTERED,
    "参保缴费": EnrolmentStatus.ACTIVE,
    "暂停缴费": EnrolmentStatus.SUSPENDED,
    "终止": EnrolmentStatus.TERMINATED,
    "已撤回": EnrolmentStatus.WITHDRAWN,
}
UNKNOWN = "不详"
NEVER = "不会"


class MalformedScenario(Malformed):
    """A scenario is malformed; the message names the file, the line, the situation and the word."""


def read_tables(path: Path) -> tuple[Mapping[str, Any], list[tuple[int, Mapping[str, Any]]]]:
    """Return [unless_stated] and each [[scenario]] of a file with its line, or raise MalformedScenario."""
    text = path.read_text(encoding="utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedScenario(f"{path}: {error}") from None
    if strange := sorted(set(document) - {"unless_stated", "scenario"}):
        raise MalformedScenario(f"{path}: beside [unless_stated] and [[scenario]] stands {', '.join(strange)}")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[scenario]]"]
    tables = document.get("scenario", [])
    if not tables:
        raise MalformedScenario(f"{path}: has no [[scenario]]; each [[scenario]] stands on a line of its own")
    if len(lines) != len(tables):
        raise MalformedScenario(f"{path}: each [[scenario]] stands on a line of its own")
    return document.get("unless_stated", {}), list(zip(lines, tables, strict=True))


def name_of(place: str, table: Mapping[str, Any]) -> str:
    """Return the name of a scenario, or raise MalformedScenario."""
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise MalformedScenario(f'{place}: a situation begins with name = "…"')
    return name


def check_names(path: Path, scenarios: Iterable[tuple[str, int]]) -> None:
    """Raise MalformedScenario where two scenarios, given as name and line, have one name."""
    lines: dict[str, int] = {}
    for name, line in scenarios:
        if name in lines:
            raise MalformedScenario(
                f"{path}:{line}: {name!r} is already the name of the situation in line {lines[name]}"
            )
        lines[name] = line


@dataclass(frozen=True, slots=True)
class Language:
    """What the scenarios of a scheme say beside the words of every scheme.

    `codes` are those of its conditions; `words` are its own words, and `case` builds its case from them.
    """

    codes: Collection[str]
    words: Collection[str]
    case: Callable[["ScenarioReader"], Case]


@dataclass(frozen=True)
class ScenarioReader:
    """Parses the table of one situation; `place` is named in errors, `own` are the words not from the defaults."""

    place: str
    words: Mapping[str, Any]
    own: set[str]
    language: Language

    def check_words(self) -> None:
        """Raise MalformedScenario for a word that means nothing."""
        known = (*WORDS, *self.language.words)
        for word in self.words:
            if word not in known:
                near = difflib.get_close_matches(word, known, n=1)
                meant = f"; is it {near[0]!r}?" if near else f"; the words are {', '.join(known)}"
                raise MalformedScenario(f"{self.place}: {word!r} means nothing here{meant}")

    def shared(self) -> dict[str, Any]:
        """Return the inputs of the rules that every scheme has, by their names in `Case`."""
        return {
            "on": self.day("on", self.words.get("on")),
            "channel": self.word("channel", CHANNELS),
            "id_type": self.text("document"),
            "birth_date": None if self.words.get("born") == UNKNOWN else self.day("born", self.words.get("born")),
            "sex": None if self.words.get("sex") == UNKNOWN else self.word("sex", SEXES),
            "drawing_pension": self.answer("drawing_pension"),
            "registrations": self.registrations(),
            "participations": self.participations(),
            "district": self.optional_text("district"),
        }

    def participations(self) -> tuple[InsurancePeriod, ...]:
        """Return the periods of `history` and `insured`; an own `insured` without `history` stands alone."""
        details = self.each("insured", self.participation)
        if "insured" in self.own and "history" not in self.own:
            return details
        return (*self.word("history", HISTORIES), *details)

    def participation(self, table: Mapping[str, Any]) -> InsurancePeriod:
        """Return the period of one entry of `insured`."""
        part = self.part("insured", table, {"type", "by", "status", "district", "from", "until"})
        return InsurancePeriod(
            type=part.text("type"),
            status=part.word("status", STATUSES),
            district=part.text("district") if "district" in table else None,
            employer=part.word("by", PAYERS),
            started_on=part.day("from", table["from"]) if "from" in table else None,
            ended_on=part.day("until", table["until"]) if "until" in table else None,
        )

    def registrations(self) -> tuple[Registration, ...]:
        """Return the enrolments of `registered`, or else an unpaid one if `enrolled` is yes."""
        if "registered" in self.words:
            return self.each("registered", self.registration)
        day = self.day("on", self.words.get("on"))
        return (Registration(day, EnrolmentStatus.REGISTERED, day),) if self.answer("enrolled") else ()

    def registration(self, table: Mapping[str, Any]) -> Registration:
        """Return the enrolment of one entry of `registered`."""
        part = self.part("registered", table, {"on", "status"})
        day = part.day("on", table.get("on"))
        return Registration(day, part.word("status", REGISTRATIONS) if "status" in table else REGISTERED, day)

    def part(self, word: str, table: Mapping[str, Any], known: set[str]) -> "ScenarioReader":
        """Return the reader of a table within the situation, whose words are `known`."""
        if not isinstance(table, dict) or (strange := sorted(set(table) - known)):
            shown = table if not isinstance(table, dict) else ", ".join(strange)
            raise MalformedScenario(f"{self.place}: {shown!r} means nothing in {word}; its words are {sorted(known)}")
        return ScenarioReader(f"{self.place}, {word}", table, set(table), self.language)

    def outcomes(self) -> dict[str, RuleOutcome]:
        """Return the expected outcome of each condition that does not pass."""
        codes = self.words.get("outcome", {})
        if not isinstance(codes, dict):
            raise MalformedScenario(f'{self.place}: outcome is written like {{ MINIMUM_AGE = "FAIL" }}')
        part = ScenarioReader(f"{self.place}, outcome", codes, set(codes), self.language)
        return {self.rule_code(code): part.word(code, RuleOutcome.__members__) for code in codes}

    def notices(self) -> frozenset[str]:
        """Return the conditions that hold with a notice."""
        return frozenset(self.rule_code(code) for code in self.texts("notices"))

    def channels(self) -> frozenset[Channel] | None:
        """Return the channels that are expected to be open; None is not checked."""
        if "channels" not in self.words:
            return None
        strange = [word for word in self.texts("channels") if word not in CHANNELS]
        if strange:
            raise MalformedScenario(f"{self.place}: channels is {strange[0]}; it can be {', '.join(CHANNELS)}")
        return frozenset(CHANNELS[word] for word in self.texts("channels"))

    def rule_code(self, code: str) -> str:
        """Return the code if the scheme has it."""
        codes = self.language.codes
        if code not in codes:
            raise MalformedScenario(f"{self.place}: there is no rule {code!r}; the rules are {', '.join(codes)}")
        return code

    def expected_day(self, word: str) -> date | str | None:
        """Return an expected day or 不会; None is not checked."""
        value = self.words.get(word)
        return value if value is None or value == NEVER else self.day(word, value)

    def each(self, word: str, read: Callable[[Mapping[str, Any]], Thing]) -> tuple[Thing, ...]:
        """Return what `read` makes of each table of a list."""
        tables = self.words.get(word, [])
        if not isinstance(tables, list):
            raise MalformedScenario(f"{self.place}: {word} is written in [ ], one {{ … }} for each")
        return tuple(read(table) for table in tables)

    def word(self, key: str, meanings: Mapping[str, Meaning]) -> Meaning:
        """Return the meaning of a word."""
        value = self.words.get(key)
        if not isinstance(value, str) or value not in meanings:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; it can be {', '.join(meanings)}")
        return meanings[value]

    def day(self, key: str, value: Any) -> date:
        """Return a day."""
        if type(value) is not date:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; a day is written like 2026-11-23")
        return value

    def text(self, key: str) -> str:
        """Return a text."""
        value = self.words.get(key)
        if not isinstance(value, str) or not value:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; it is written in quotation marks")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None where nothing is written."""
        return self.text(key) if key in self.words else None

    def answer(self, key: str) -> bool:
        """Return whether the answer is 是."""
        return self.word(key, {"是": True, "否": False})

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.words.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise MalformedScenario(f'{self.place}: {key} is written like ["…", "…"]')
        return tuple(value)


WORDS = (
    "name", "on", "born", "sex", "document", "drawing_pension", "enrolled", "registered", "history", "insured",
    "channel", "district", "verdict", "outcome", "notices", "becomes", "ceases", "channels", "says", "advises",
    "never_advises",
)  # fmt: skip


def _shown(value: Any) -> str:
    return "missing" if value is None else f"{value!s}"
