"""Verifies the proof of an entry of the access log, without a database."""

import argparse
from pathlib import Path

from api.accesslog.proofs import verified_content
from api.errors import Refused
from api.settings import Settings


async def run(_: Settings, arguments: argparse.Namespace) -> int:
    """Print what the entry says; return 1 if the proof is not valid."""
    try:
        content = verified_content(_read(arguments.file), arguments.key)
    except ValueError as error:
        print(f"The proof is not valid: {error}.")
        return 1
    _row, _person, act, granted, at, actor, organisation, purpose, fields, *_others = content
    print("The proof is valid: this entry was in the access log when the checkpoint was signed.")
    print(f"when      {at}\nwho       {actor}\nof        {organisation}\npurpose   {purpose}")
    print(f"act       {act}{'' if granted else ', refused'}\nfields    {', '.join(fields)}")
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeError):
        raise Refused(f"{file} cannot be read; name a file with a proof.") from None
