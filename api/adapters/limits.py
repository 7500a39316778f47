"""The client behind an asynchronous storage of limits, as read in version 5.8.0: the library does not close it."""

from typing import Any

READ_IN = "5.8.0"


async def close(storage: Any) -> None:
    """Close the connections of a storage that `storage_from_string` made for a Redis, or for its sentinels."""
    bridge = storage.bridge
    await bridge.storage.aclose()
    if hasattr(bridge, "sentinel"):
        await bridge.sentinel.aclose()
