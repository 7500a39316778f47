"""Re-encrypts all stored values with the first of HALL_SEAL_KEYS."""

import argparse

from tqdm import tqdm

from api.db import database, reencryption
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Re-encrypt all stored values, with a progress bar."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        with tqdm(unit=" rows", disable=None) as bar:
            async for rows in reencryption.reencrypt():
                bar.update(rows)
    print(f"Encrypted {bar.n} rows." if settings.keyring.is_encrypting else f"{bar.n} rows are stored as they are.")
    return 0
