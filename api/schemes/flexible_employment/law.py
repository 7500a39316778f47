"""The guide, the notices and the dated parameters of flexible employment, read once and refused where malformed."""

from datetime import date
from hashlib import sha256
from pathlib import Path

from api.schemes import notice
from api.schemes.clause import read_guide
from api.schemes.notice import Notice
from api.schemes.parameter import read_parameters

FOLDER = Path(__file__).parent
SCHEME = "FLEXIBLE_EMPLOYMENT"
GUIDE = read_guide(FOLDER / "guide.md")
LAW = read_parameters(FOLDER / "parameters.toml")
NOTICES = notice.read_notices(FOLDER / "notices.toml", SCHEME, GUIDE)
CONTENT = ("guide.md", "parameters.toml", "rules.py", "../shared/parameters.toml", "../shared/retirement.py")


def notice_on(day: date) -> Notice | None:
    """Return the notice in force on a day."""
    return notice.in_force(NOTICES, day)


def rules_version() -> str:
    """Return the version of the rules: a digest over the guide, the figures and the conditions themselves."""
    content = b"".join((FOLDER / name).read_bytes() for name in CONTENT)
    return sha256(content).hexdigest()[:12]


RULES_VERSION = rules_version()
