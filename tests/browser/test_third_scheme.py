"""A scheme that no page knows of goes all the way in a browser."""

import asyncio
import os
import subprocess
import sys

import pytest

from tests.durability.scale import IS_FULL
from tests.http.serving import CHECKOUT


@pytest.mark.skipif(not IS_FULL, reason="the two schemes of the Hall go the same way through the same pages")
async def test_a_third_scheme_is_joined_in_the_browser() -> None:
    """tests/schemes/third is joined, shown at home and left, without a page of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0"]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, "tests/browser/test_every_scheme.py", "-k", "LIBRARY_READER"],
        cwd=CHECKOUT,
        env=os.environ | {"HALL_SCHEMES": "tests.schemes.third"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "1 passed" in done.stdout
