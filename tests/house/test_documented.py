"""What a person has to know is written down, and what was waived has its reason."""

import re
from pathlib import PurePosixPath

import pytest

from tests.house.sources import matching, text

README = PurePosixPath("README.md")
LOOK_AWAY = re.compile(r"# (?:noqa|type: ignore)|// @ts-(?!check)|eslint-disable")
WITH_CODES_AND_REASON = re.compile(r"(?:noqa: [A-Z0-9, ]+|ignore\[[a-z, -]+\]|@ts-[a-z-]+)[ #–-]+\w.{6,}")


def test_every_command_is_in_the_readme() -> None:
    """README mentions each target of the Makefile."""
    targets = re.findall(r"^([a-z-]+):.*## ", text(PurePosixPath("Makefile")), re.MULTILINE)
    assert targets
    assert [target for target in targets if not re.search(rf"`{target}`|make {target}\b", text(README))] == []


def test_every_setting_is_in_the_readme() -> None:
    """README mentions each variable that the Hall reads."""
    code = "".join(text(path) for path in matching("api/*.py"))
    variables = set(re.findall(r"\bHALL_[A-Z_]+[A-Z]\b", code))
    assert variables
    assert {variable for variable in variables if variable not in text(README)} == set()


def test_every_waived_rule_has_its_reason() -> None:
    """In pyproject.toml, whatever is ignored or relaxed says why, on its own line or on the one above."""
    project = text(PurePosixPath("pyproject.toml"))
    lists = re.findall(r"^(?:ignore|filterwarnings|\".*\") = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    waived = [line for line in "".join(lists).splitlines() if line != '  "error",']
    overrides = re.findall(r"^\[\[tool\.mypy\.overrides\]\]\n(.*)", project, re.MULTILINE)
    assert waived
    assert overrides
    assert [line for line in waived if not re.match(r'  ".*",  # \w.{8,}', line)] == []
    assert [line for line in overrides if not re.match(r"# \w.{8,}", line)] == []


@pytest.mark.parametrize("path", matching("*.py", "web/*.js"), ids=str)
def test_every_exception_from_a_rule_has_its_reason(path: PurePosixPath) -> None:
    """A line on which a checker is told to look away names the rule and says why."""
    lines = [line for line in text(path).splitlines() if LOOK_AWAY.search(line) and "re.compile" not in line]
    assert [line for line in lines if not WITH_CODES_AND_REASON.search(line)] == []
