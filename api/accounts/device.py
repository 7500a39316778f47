"""What an account's owner is told about where a session began: browser, system and network, none of them exact.

Only names from the tables below are kept, never the header itself, and of an address only its network: enough to tell
one's own phone from a stranger's computer, too little to follow anybody.
"""

import ipaddress
from dataclasses import dataclass

# The first sign that a User-Agent contains decides: what others imitate stands after them.
BROWSERS = {
    "MicroMessenger": "微信",
    "AlipayClient": "支付宝",
    "DingTalk": "钉钉",
    "HuaweiBrowser": "华为浏览器",
    "MiuiBrowser": "小米浏览器",
    "MQQBrowser": "QQ浏览器",
    "QQBrowser": "QQ浏览器",
    "UCBrowser": "UC浏览器",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "OpenHarmony": "HarmonyOS",
    "HarmonyOS": "HarmonyOS",
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
MIDDLE_DOT = "\N{MIDDLE DOT}"
IPV6_PREFIX = 48


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session began, as far as it is known; both may be empty."""

    name: str = ""
    network: str = ""


UNKNOWN = Device()


def device(user_agent: str | None, address: str) -> Device:
    """Return the device of a request, as `Chrome · Windows` and `203.0.113.*`."""
    parts = [_first(BROWSERS, user_agent or ""), _first(SYSTEMS, user_agent or "")]
    return Device(f" {MIDDLE_DOT} ".join(part for part in parts if part), network_of(address))


def network_of(address: str) -> str:
    """Return the /24 around an IPv4 address, the /48 around an IPv6 address or network; empty for anything else."""
    try:
        given = ipaddress.ip_network(address)
    except ValueError:
        return ""
    if isinstance(given, ipaddress.IPv4Network):
        return str(given.network_address).rpartition(".")[0] + ".*"
    return str(given.supernet(new_prefix=IPV6_PREFIX)) if given.prefixlen > IPV6_PREFIX else str(given)


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
