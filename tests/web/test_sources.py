"""The client's files: typed, in both languages, without a way to turn text into markup, and light."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import no_offenders
from tests.web.modules import imports
from tests.web.tools import HALL, PACKAGES, WEB, node

SCRIPTS = sorted(WEB.rglob("*.js"))
SPEAKING = [path for path in SCRIPTS if path.parent.name != "texts"]
# Their keys are those of the API: fields, parameters, statuses.
NAMED_BY_DATA = {"parameters", "record", "status"}
LISTED_WORDS = """
const listed = {}
for (const path of process.argv.slice(1)) listed[path] = { ...(await import(path)) }
console.log(JSON.stringify(listed))
"""


def test_the_types_hold() -> None:
    """TypeScript, at its strictest, finds nothing to object to in the JSDoc types."""
    checked = node(PACKAGES / "typescript" / "bin" / "tsc", "-p", HALL / "tests" / "web" / "tsconfig.json")
    assert checked.stdout + checked.stderr == ""


def test_the_oldest_browsers_know_all_that_is_used() -> None:
    """Syntax, functions and interfaces are those of the browsers that tests/browser/eslint.config.mjs names."""
    linter = PACKAGES / "eslint" / "bin" / "eslint.js"
    checked = node(linter, "--config", HALL / "tests" / "browser" / "eslint.config.mjs", "--max-warnings", "0", WEB)
    assert checked.stdout + checked.stderr == ""


def test_the_scripts_and_styles_are_formatted() -> None:
    """Prettier has nothing to change; .prettierrc.json says how it formats."""
    formatter = PACKAGES / "prettier" / "bin" / "prettier.cjs"
    checked = node(formatter, "--list-different", "web/**/*.{js,css}", "tests/**/*.mjs")
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_the_page_is_valid_html() -> None:
    """The one HTML file is as the standard wants it."""
    checked = node(PACKAGES / "html-validate" / "bin" / "html-validate.mjs", "--preset", "standard", WEB / "index.html")
    assert checked.stdout + checked.stderr == ""


def test_no_text_is_missing() -> None:
    """Every text of the client exists in Chinese and in English, with the same gaps to fill."""
    paths = sorted(str(path) for path in (WEB / "texts").glob("*.js"))
    listed = node("--input-type=module", "--eval", LISTED_WORDS, *paths)
    assert listed.returncode == 0, listed.stderr
    found = list(texts(json.loads(listed.stdout)))
    assert len(found) > len(paths)
    assert [text for text in found if set(text) != {"zh", "en"} or not text["zh"] or not text["en"]] == []
    assert [text for text in found if set(gaps(text["zh"])) != set(gaps(text["en"]))] == []


def test_no_text_is_left_over() -> None:
    """Every text is said by some page or part."""
    spoken = "".join(path.read_text("utf-8") for path in SPEAKING)
    written = [path for path in sorted((WEB / "texts").glob("*.js")) if path.stem not in NAMED_BY_DATA]
    keys = {key for path in written for key in re.findall(r"^  (\w+): {", path.read_text("utf-8"), re.MULTILINE)}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", spoken)] == []


def texts(tree: dict[str, object]) -> list[dict[str, str]]:
    """The leaves that are texts, however deep they lie."""
    found: list[dict[str, str]] = []
    for branch in tree.values():
        assert isinstance(branch, dict), f"{branch} is no text"
        found += [branch] if all(isinstance(value, str) for value in branch.values()) else texts(branch)
    return found


def gaps(text: str) -> list[str]:
    """The names of the gaps in a text."""
    return re.findall(r"\{(\w+)\}", text)


def test_words_stand_in_texts_alone() -> None:
    """No page or part speaks Chinese by itself, so that none can forget English."""
    chinese = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
    comment = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
    code = {path: comment.sub(_only_its_lines, path.read_text("utf-8")) for path in SPEAKING}
    no_offenders(places(chinese, code), "Say it in web/texts, in both languages.")


def test_text_never_becomes_markup() -> None:
    """Nothing in the client turns a string into elements or code."""
    dangerous = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|\.style\b|setHTML"
    )
    found = places(dangerous, {path: path.read_text("utf-8") for path in SCRIPTS})
    no_offenders(found, "Use textContent, a template or a class.")


def places(pattern: re.Pattern[str], code: Mapping[Path, str]) -> Iterator[str]:
    """Yield the place, as file:line, and the text of everything that `pattern` finds."""
    for path, text in code.items():
        for found in pattern.finditer(text):
            yield f"web/{path.relative_to(WEB)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"


def _only_its_lines(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def test_one_module_fetches() -> None:
    """hall.js is the only door to the network."""
    fetching = [
        path.name
        for path in SCRIPTS
        if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", path.read_text("utf-8"))
    ]
    assert fetching == ["hall.js"]


def test_no_decision_depends_on_the_words_of_an_error() -> None:
    """Messages differ between browsers and releases: errors are told apart by class, name or code."""
    by_words = r"\.(?:test|exec|match|search|includes|startsWith|endsWith)\([^()]*\.message\b"
    of_words = r"\.message\??\.(?:match|search|includes|indexOf|startsWith|endsWith)\(|\.message\s*[!=]=="
    found = [path.name for path in SCRIPTS if re.search(f"{by_words}|{of_words}", path.read_text("utf-8"))]
    assert found == []


def test_no_file_names_another_host() -> None:
    """The client asks nobody but its own Hall: no address of another host, SVG's name space aside."""
    files = [path for path in WEB.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg", ".graphql"}]
    named = {
        address for path in files for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text("utf-8"))
    }
    assert named - {"http://www.w3.org"} == set()


def test_the_whole_client_is_light() -> None:
    """All of the client together, compressed, is lighter than one photograph."""
    files = [path for path in WEB.rglob("*") if path.is_file() and path.suffix != ".ts"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 120_000


def test_what_every_page_needs_is_fetched_at_once() -> None:
    """index.html announces all modules that app.js imports, however deep, so that none waits for another."""
    announced = re.findall(r'<link rel="modulepreload" href="([^"]+)">', (WEB / "index.html").read_text("utf-8"))
    needed = imported_by(WEB / "app.js") - {WEB / "app.js"}
    assert announced == sorted(str(path.relative_to(WEB)) for path in needed)


def imported_by(path: Path) -> set[Path]:
    """A module and all that it imports, directly or not."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(imports(module))
    return found
