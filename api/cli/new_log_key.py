"""Prints a new key that signs checkpoints of the access log."""

import argparse

from api.encryption.signed_note import Signer
from api.errors import Refused
from api.settings import Settings
from api.terminal import say


async def run(_: Settings, arguments: argparse.Namespace) -> int:
    """Print the private key, and on standard error the public one."""
    try:
        signer = Signer.new(arguments.name)
    except ValueError as error:
        raise Refused(f"{error}; choose one like hall.example/access-log.") from None
    print(signer.secret())
    say(f"Publish this public key, with which anybody can verify checkpoints and proofs:\n{signer.public}", error=True)
    return 0
