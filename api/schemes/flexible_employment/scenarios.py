"""Scenarios: situations in plain words with the expected verdict, read from scenarios.toml.

The head of that file explains its words, so that domain experts can add situations. Error messages name the file, the
line, the situation and the word.
"""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from api.errors import Malformed
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus, Registration
from api.schemes.flexible_employment.participation import Participation
from api.schemes.rule import Channel, EligibilityOutcome, PositionNature, RuleCode, RuleOutcome, Verdict

Thing = TypeVar("Thing")
Meaning = TypeVar("Meaning")
PATH = Path(__file__).parent / "scenarios.toml"
SEXES = {"男": "1", "女": "2", "未知": "0", "未说明": "9"}
POSITIONS = {"管理": PositionNature.MANAGEMENT, "生产": PositionNature.PRODUCTION}
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
    "单位停缴": (Participation("110", "2", None, employer=True, started_on=None, ended_on=None),),
    "单位在缴": (Participation("110", "1", None, employer=True, started_on=None, ended_on=None),),
    "曾灵活就业": (Participation("110", "3", None, employer=False, started_on=None, ended_on=None),),
}
DECLARATIONS: dict[str, bool | None] = {"是": True, "否": False, "未声明": None}
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


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation and its expected verdict.

    `becomes` and `ceases` are days or 不会; None is not checked.
    """

    name: str
    line: int
    case: Case
    verdict: EligibilityOutcome
    outcomes: Mapping[RuleCode, RuleOutcome]
    notices: frozenset[RuleCode]
    becomes: date | str | None
    ceases: date | str | None
    channels: frozenset[Channel] | None
    says: tuple[str, ...]
    advises: tuple[str, ...]
    never_advises: tuple[str, ...]

    def differences(self, verdict: Verdict) -> list[str]:
        """Describe each difference of `verdict` from the expected one."""
        found = []
        if verdict.outcome is not self.verdict:
            found.append(f"expected {self.verdict}, was {verdict.outcome}")
        for result in verdict.results:
            code = result.rule.code
            if result.outcome is not self.outcomes[code]:
                found.append(f"{code}: expected {self.outcomes[code]}, was {result.outcome}")
            if result.outcome is RuleOutcome.PASS and (result.reason is not None) is not (code in self.notices):
                found.append(f"{code}: a notice was {'missing' if result.reason is None else 'not expected'}")
        for word, expected, day in (
            ("becomes", self.becomes, verdict.becomes_eligible_on),
            ("ceases", self.ceases, verdict.ceases_eligible_on),
        ):
            if expected is not None and expected != (NEVER if day is None else day):
                found.append(f"{word}: expected {expected}, was {NEVER if day is None else day}")
        if self.channels is not None and self.channels != set(verdict.eligible_by):
            expected, found_open = ", ".join(sorted(self.channels)), ", ".join(sorted(verdict.eligible_by))
            found.append(f"channels: expected {expected}, were {found_open}")
        reasons = " ".join(result.reason.zh for result in verdict.results if result.reason is not None)
        steps = " ".join(step.title.zh + step.detail.zh for step in verdict.next_steps)
        found.extend(f"no reason says {words!r}" for words in self.says if words not in reasons)
        found.extend(f"no next step says {words!r}" for words in self.advises if words not in steps)
        found.extend(f"a next step says {words!r}" for words in self.never_advises if words in steps)
        return found


def read_scenarios(path: Path = PATH) -> tuple[Scenario, ...]:
    """Read the scenarios of a file, or raise MalformedScenario."""
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
        raise MalformedScenario(f"{path}: has no [[scenario]]")
    if len(lines) != len(tables):
        raise MalformedScenario(f"{path}: each [[scenario]] stands on a line of its own")
    unless_stated = document.get("unless_stated", {})
    found = tuple(
        _scenario(f"{path}:{line}", line, unless_stated, table) for line, table in zip(lines, tables, strict=True)
    )
    names: dict[str, int] = {}
    for scenario in found:
        if scenario.name in names:
            raise MalformedScenario(
                f"{path}:{scenario.line}: {scenario.name!r} is already the name of the situation in line "
                f"{names[scenario.name]}"
            )
        names[scenario.name] = scenario.line
    return found


def _scenario(place: str, line: int, unless_stated: Mapping[str, Any], table: Mapping[str, Any]) -> Scenario:
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise MalformedScenario(f'{place}: a situation begins with name = "…"')
    reader = _ScenarioReader(f"{place}: {name!r}", {**unless_stated, **table}, set(table))
    reader.check_words()
    outcomes = dict.fromkeys(RuleCode, RuleOutcome.PASS) | reader.outcomes()
    return Scenario(
        name=name,
        line=line,
        case=reader.case(),
        verdict=reader.word("verdict", VERDICTS),
        outcomes=outcomes,
        notices=reader.notices(),
        becomes=reader.expected_day("becomes"),
        ceases=reader.expected_day("ceases"),
        channels=reader.channels(),
        says=reader.texts("says"),
        advises=reader.texts("advises"),
        never_advises=reader.texts("never_advises"),
    )


@dataclass(frozen=True)
class _ScenarioReader:
    """Parses the table of one situation; `place` is named in errors, `own` are the words not from the defaults."""

    place: str
    words: Mapping[str, Any]
    own: set[str]

    def check_words(self) -> None:
        for word in self.words:
            if word not in WORDS:
                near = difflib.get_close_matches(word, WORDS, n=1)
                meant = f"; is it {near[0]!r}?" if near else f"; the words are {', '.join(WORDS)}"
                raise MalformedScenario(f"{self.place}: {word!r} means nothing here{meant}")

    def case(self) -> Case:
        on = self.words.get("on")
        return Case(
            on=self.day("on", on),
            channel=self.word("channel", CHANNELS),
            id_type=self.text("document"),
            birth_date=None if self.words.get("born") == UNKNOWN else self.day("born", self.words.get("born")),
            sex=None if self.words.get("sex") == UNKNOWN else self.word("sex", SEXES),
            position_nature=self.word("position", POSITIONS) if "position" in self.words else None,
            drawing_pension=self.answer("drawing_pension"),
            works_in_city=self.word("works_here", DECLARATIONS),
            registrations=self.registrations(),
            participations=self.participations(),
            subsidies=self.each("subsidies", self.subsidy),
            district=self.text("district") if "district" in self.words else None,
        )

    def participations(self) -> tuple[Participation, ...]:
        """Return the periods of `history` and `insured`; an own `insured` without `history` stands alone."""
        details = self.each("insured", self.participation)
        if "insured" in self.own and "history" not in self.own:
            return details
        return (*self.word("history", HISTORIES), *details)

    def participation(self, table: Mapping[str, Any]) -> Participation:
        part = self.part("insured", table, {"type", "by", "status", "district", "from", "until"})
        return Participation(
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
        part = self.part("registered", table, {"on", "status"})
        day = part.day("on", table.get("on"))
        return Registration(day, part.word("status", REGISTRATIONS) if "status" in table else REGISTERED, day)

    def subsidy(self, table: Mapping[str, Any]) -> Subsidy:
        part = self.part("subsidies", table, {"district", "from", "until"})
        ends_on = part.day("until", table["until"]) if "until" in table else None
        return Subsidy(part.text("district"), part.day("from", table.get("from")), ends_on)

    def part(self, word: str, table: Mapping[str, Any], known: set[str]) -> "_ScenarioReader":
        if not isinstance(table, dict) or (strange := sorted(set(table) - known)):
            shown = table if not isinstance(table, dict) else ", ".join(strange)
            raise MalformedScenario(f"{self.place}: {shown!r} means nothing in {word}; its words are {sorted(known)}")
        return _ScenarioReader(f"{self.place}, {word}", table, set(table))

    def outcomes(self) -> dict[RuleCode, RuleOutcome]:
        codes = self.words.get("outcome", {})
        if not isinstance(codes, dict):
            raise MalformedScenario(f'{self.place}: outcome is written like {{ MINIMUM_AGE = "FAIL" }}')
        part = _ScenarioReader(f"{self.place}, outcome", codes, set(codes))
        return {self.rule_code(code): part.word(code, RuleOutcome.__members__) for code in codes}

    def notices(self) -> frozenset[RuleCode]:
        return frozenset(self.rule_code(code) for code in self.texts("notices"))

    def channels(self) -> frozenset[Channel] | None:
        """Return the channels that are expected to be open; None is not checked."""
        if "channels" not in self.words:
            return None
        strange = [word for word in self.texts("channels") if word not in CHANNELS]
        if strange:
            raise MalformedScenario(f"{self.place}: channels is {strange[0]}; it can be {', '.join(CHANNELS)}")
        return frozenset(CHANNELS[word] for word in self.texts("channels"))

    def rule_code(self, code: str) -> RuleCode:
        if code not in RuleCode.__members__:
            raise MalformedScenario(f"{self.place}: there is no rule {code!r}; the rules are {', '.join(RuleCode)}")
        return RuleCode(code)

    def expected_day(self, word: str) -> date | str | None:
        value = self.words.get(word)
        return value if value is None or value == NEVER else self.day(word, value)

    def each(self, word: str, read: Callable[[Mapping[str, Any]], Thing]) -> tuple[Thing, ...]:
        tables = self.words.get(word, [])
        if not isinstance(tables, list):
            raise MalformedScenario(f"{self.place}: {word} is written in [ ], one {{ … }} for each")
        return tuple(read(table) for table in tables)

    def word(self, key: str, meanings: Mapping[str, Meaning]) -> Meaning:
        value = self.words.get(key)
        if not isinstance(value, str) or value not in meanings:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; it can be {', '.join(meanings)}")
        return meanings[value]

    def day(self, key: str, value: Any) -> date:
        if type(value) is not date:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; a day is written like 2026-11-23")
        return value

    def text(self, key: str) -> str:
        value = self.words.get(key)
        if not isinstance(value, str) or not value:
            raise MalformedScenario(f"{self.place}: {key} is {_shown(value)}; it is written in quotation marks")
        return value

    def answer(self, key: str) -> bool:
        return self.word(key, {"是": True, "否": False})

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.words.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise MalformedScenario(f'{self.place}: {key} is written like ["…", "…"]')
        return tuple(value)


WORDS = (
    "name", "on", "born", "sex", "position", "document", "drawing_pension", "works_here", "enrolled", "registered",
    "history", "insured", "subsidies", "channel", "district", "verdict", "outcome", "notices", "becomes", "ceases",
    "channels", "says", "advises", "never_advises",
)  # fmt: skip


def _shown(value: Any) -> str:
    return "missing" if value is None else f"{value!s}"
