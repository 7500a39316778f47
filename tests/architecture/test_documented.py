"""What a person has to know is written down, and what was waived has its reason."""

import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

from tests.architecture.sources import ROOT, lines_with, matching, no_offenders, text

README = PurePosixPath("README.md")
OPERATING = PurePosixPath("docs/operating.md")
SECURITY = PurePosixPath("docs/security.md")
ASVS = PurePosixPath("docs/asvs.md")
DECISIONS = PurePosixPath("docs/decisions/README.md")
PAGES = [
    path
    for path in matching("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md")
    if path.parent != DECISIONS.parent or path == DECISIONS
]
LOOK_AWAY = re.compile(r"# (?:noqa|type: ignore)|// @ts-(?!check)|eslint-disable")
WITH_CODES_AND_REASON = re.compile(r"(?:noqa: [A-Z0-9, ]+|ignore\[[a-z, -]+\]|@ts-[a-z-]+)[ #–-]+\w.{6,}")


def test_every_command_is_in_the_readme() -> None:
    """README mentions each target of the Makefile."""
    targets = re.findall(r"^([a-z-]+):.*## ", text(PurePosixPath("Makefile")), re.MULTILINE)
    assert targets
    assert [target for target in targets if not re.search(rf"`{target}`|make {target}\b", text(README))] == []


def test_every_page_is_one_step_from_the_readme() -> None:
    """README links every other page, and whatever a page links within the checkout is there."""
    links = {page: re.findall(r"\]\((?!https?://|#)([^)#]+)", text(page)) for page in PAGES}
    lost = [(str(page), link) for page in PAGES for link in links[page] if not (ROOT / page.parent / link).exists()]
    assert lost == []
    assert {str(page) for page in PAGES} - set(links[README]) == {"README.md"}


def test_every_decision_is_in_the_index() -> None:
    """The index of decisions links each of them, with its date and title, and nothing that is not there."""
    listed = re.findall(r"^- (\d{4}-\d\d-\d\d) \[(.+)\]\((.+)\)$", text(DECISIONS), re.MULTILINE)
    there = [path for path in matching("docs/decisions/*.md") if path != DECISIONS]
    assert sorted(name for _, _, name in listed) == sorted(path.name for path in there)
    for day, title, name in listed:
        first, _, dated, *_ = text(DECISIONS.parent / name).splitlines()
        assert (first, dated) == (f"# {title}", f"{day}.")
        assert name.startswith(f"{day}-")


def test_the_readme_is_read_at_once() -> None:
    """It has a screen and a half; what is longer has a page of its own."""
    assert len(text(README).splitlines()) <= 150


def test_every_setting_is_told_to_operators() -> None:
    """The page for operators mentions each variable that the Hall reads."""
    code = "".join(text(path) for path in matching("api/*.py"))
    variables = set(re.findall(r"\bHALL_[A-Z_]+[A-Z]\b", code))
    assert variables
    assert {variable for variable in variables if variable not in text(OPERATING)} == set()


def test_every_setting_that_is_told_is_one() -> None:
    """No page names a variable that nothing reads: whoever sets it would wait in vain."""
    named = {name for page in PAGES for name in re.findall(r"\bHALL_[A-Z_]+[A-Z]\b", text(page))}
    read = "".join(text(path) for path in matching("api/*.py", "tests/*.py", "Makefile", ".ci/*"))
    assert {variable for variable in named if variable not in read} == set()


def test_every_abuse_has_its_test() -> None:
    """What the table of abuses calls a test is there."""
    _, _, told = text(SECURITY).partition("| abuse | answer | test |\n|---|---|---|\n")
    rows = told.partition("\n\n")[0].splitlines()
    named = [re.findall(r"`(tests/[a-z_/.]+)`", row) for row in rows]
    assert rows
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).exists()] == []


def test_every_requirement_of_asvs_is_answered_once() -> None:
    """All that level 2 asks for, 253 in version 5.0.0, each in one table; what holds names tests that are there."""
    rows = [line.split("|")[1:-1] for line in text(ASVS).splitlines() if re.match(r"\| [0-9]", line)]
    asked = [requirement for row in rows for requirement in re.findall(r"[0-9]+\.[0-9]+\.[0-9]+", row[0])]
    assert len(asked) == len(set(asked)) == 253
    named = [re.findall(r"`(tests/[a-z_/.]+)`", row[2]) for row in rows if len(row) == 3]
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).exists()] == []


def test_the_described_service_can_be_started(tmp_path: Path) -> None:
    """Systemd reads the unit without a complaint about it, where there is one; its variables are the Hall's."""
    (unit,) = re.findall(r"```ini\n(.*?)```", text(OPERATING), re.DOTALL)
    assert "python -m api serve" in unit
    here = unit.replace("/srv/hall/.venv/bin/python", sys.executable).replace("/srv/hall", str(ROOT))
    (tmp_path / "hall.service").write_text(here, "utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:
        command = [analyze, "verify", "--recursive-errors=no", str(tmp_path / "hall.service")]
        said = subprocess.run(command, check=False, capture_output=True, text=True).stderr
        assert [line for line in said.splitlines() if "hall.service" in line] == []


def test_the_described_container_has_what_it_copies() -> None:
    """Each file that the container file names is in the checkout."""
    (container,) = re.findall(r"```dockerfile\n(.*?)```", text(OPERATING), re.DOTALL)
    copied = re.findall(r"^COPY (\S+)", container, re.MULTILINE)
    assert copied == ["requirements.txt", "api", "web"]
    assert all((ROOT / path).exists() for path in copied)


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


def test_every_exception_from_a_rule_has_its_reason() -> None:
    """A line on which a checker is told to look away names the rule and says why."""
    found = [
        f"{place}: {line}"
        for place, line in lines_with(LOOK_AWAY, *matching("*.py", "web/*.js"))
        if "re.compile" not in line and not WITH_CODES_AND_REASON.search(line)
    ]
    no_offenders(found, "Name the rule and the reason: `# noqa: CODE - why`.")
