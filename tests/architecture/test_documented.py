"""Documentation is complete, and each waived rule has a reason."""

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
SUPPRESSION = re.compile(r"# (?:noqa|type: ignore)|// @ts-(?!check)|eslint-disable")
WITH_CODES_AND_REASON = re.compile(r"(?:noqa: [A-Z0-9, ]+|ignore\[[a-z, -]+\]|@ts-[a-z-]+)[ #–-]+\w.{6,}")


def test_make_targets_are_in_readme() -> None:
    """README mentions each target of the Makefile."""
    targets = re.findall(r"^([a-z-]+):.*## ", text(PurePosixPath("Makefile")), re.MULTILINE)
    assert targets
    assert [target for target in targets if not re.search(rf"`{target}`|make {target}\b", text(README))] == []


def test_pages_are_linked_from_readme() -> None:
    """README links every other page, and links within the checkout have a target."""
    links = {page: re.findall(r"\]\((?!https?://|#)([^)#]+)", text(page)) for page in PAGES}
    lost = [(str(page), link) for page in PAGES for link in links[page] if not (ROOT / page.parent / link).exists()]
    assert lost == []
    assert {str(page) for page in PAGES} - set(links[README]) == {"README.md"}


def test_decisions_are_indexed() -> None:
    """The index of decisions links each decision with its date and title, and no others."""
    listed = re.findall(r"^- (\d{4}-\d\d-\d\d) \[(.+)\]\((.+)\)$", text(DECISIONS), re.MULTILINE)
    there = [path for path in matching("docs/decisions/*.md") if path != DECISIONS]
    assert sorted(name for _, _, name in listed) == sorted(path.name for path in there)
    for day, title, name in listed:
        first, _, dated, *_ = text(DECISIONS.parent / name).splitlines()
        assert (first, dated) == (f"# {title}", f"{day}.")
        assert name.startswith(f"{day}-")


def test_readme_is_short() -> None:
    """README has at most 150 lines; longer topics have pages of their own."""
    assert len(text(README).splitlines()) <= 150


def test_settings_are_documented() -> None:
    """docs/operating.md mentions each environment variable that the Hall reads."""
    code = "".join(text(path) for path in matching("api/*.py"))
    variables = set(re.findall(r"\bHALL_[A-Z_]+[A-Z]\b", code))
    assert variables
    assert {variable for variable in variables if variable not in text(OPERATING)} == set()


def test_documented_settings_exist() -> None:
    """Each variable in the documentation is read by the code."""
    pages = (*PAGES, *matching("deploy/*"))
    named = {name for page in pages for name in re.findall(r"\bHALL_[A-Z_]+[A-Z]\b", text(page))}
    read = "".join(text(path) for path in matching("api/*.py", "tests/*.py", "Makefile", ".ci/*"))
    assert {variable for variable in named if variable not in read} == set()


def test_abuses_name_existing_tests() -> None:
    """Each row of the table of abuses names test files that exist."""
    _, _, table = text(SECURITY).partition("| abuse | answer | test |\n|---|---|---|\n")
    rows = table.partition("\n\n")[0].splitlines()
    named = [re.findall(r"`(tests/[a-z_/.]+)`", row) for row in rows]
    assert rows
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).exists()] == []


def test_asvs_requirements_are_answered_once() -> None:
    """The 253 requirements of ASVS 5.0.0 level 2 are answered once each; fulfilled ones name existing tests."""
    rows = [line.split("|")[1:-1] for line in text(ASVS).splitlines() if re.match(r"\| [0-9]", line)]
    requirements = [requirement for row in rows for requirement in re.findall(r"[0-9]+\.[0-9]+\.[0-9]+", row[0])]
    assert len(requirements) == len(set(requirements)) == 253
    named = [re.findall(r"`(tests/[a-z_/.]+)`", row[2]) for row in rows if len(row) == 3]
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).exists()] == []


def test_systemd_unit_is_valid(tmp_path: Path) -> None:
    """systemd-analyze, if installed, accepts the unit."""
    unit = text(PurePosixPath("deploy/hall.service"))
    assert "python -m api serve" in unit
    here = unit.replace("/srv/hall/.venv/bin/python", sys.executable).replace("/srv/hall", str(ROOT))
    (tmp_path / "hall.service").write_text(here, "utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:
        command = [analyze, "verify", "--recursive-errors=no", str(tmp_path / "hall.service")]
        output = subprocess.run(command, check=False, capture_output=True, text=True).stderr
        assert [line for line in output.splitlines() if "hall.service" in line] == []


def test_container_copies_existing_files() -> None:
    """Each file that the container file copies exists."""
    container = text(PurePosixPath("deploy/Containerfile"))
    copied = re.findall(r"^COPY (\S+)", container, re.MULTILINE)
    assert copied == ["requirements.txt", "api", "web"]
    assert all((ROOT / path).exists() for path in copied)


def test_waived_rules_have_reasons() -> None:
    """Each ignored or relaxed rule in pyproject.toml has a reason on its line or the line above."""
    project = text(PurePosixPath("pyproject.toml"))
    lists = re.findall(r"^(?:ignore|filterwarnings|\".*\") = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    waived = [line for line in "".join(lists).splitlines() if line != '  "error",']
    overrides = re.findall(r"^\[\[tool\.mypy\.overrides\]\]\n(.*)", project, re.MULTILINE)
    assert waived
    assert overrides
    assert [line for line in waived if not re.match(r'  ".*",  # \w.{8,}', line)] == []
    assert [line for line in overrides if not re.match(r"# \w.{8,}", line)] == []


def test_suppressions_have_reasons() -> None:
    """Each suppression comment names the rule and the reason."""
    found = [
        f"{place}: {line}"
        for place, line in lines_with(SUPPRESSION, *matching("*.py", "web/*.js"))
        if "re.compile" not in line and not WITH_CODES_AND_REASON.search(line)
    ]
    no_offenders(found, "Name the rule and the reason: `# noqa: CODE - why`.")
