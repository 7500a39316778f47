"""Addresses are checked leniently, and the message names the missing part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people.postal_address import missing_part


@pytest.mark.parametrize(
    "address",
    [
        "天津市和平区南京路1号",
        "和平区南京路1号2门301",
        "和平区",
        "河北省廊坊市",
        "滨海新区塘沽街道",
        "蓟州区下营镇常州村",
        "南京路１号",
        "光明道三号楼",
        "友谊里12门",
        "天津市和平区𱍐\ue863里1号",
        "18 Nanjing Road, Heping, Tianjin",
        "河西区阳光小区",
        "阳光小区3号楼",
        "天津大学12斋",
        "内蒙古自治区锡林郭勒盟苏尼特右旗",
    ],
)
def test_complete_addresses(address: str) -> None:
    """A district, or a road with a number, is enough."""
    assert missing_part(address) is None


@pytest.mark.parametrize(
    ("address", "lacks"),
    [
        ("啊", "区县、道路和门牌号"),
        ("南京路", "门牌号"),
        ("18", "道路"),
        ("家", "区县"),
        ("test", "门牌号"),
        ("区", "区县"),
        ("阳光小区", "门牌号"),
        ("我住在朋友家附近的社区", "门牌号"),
        ("在某地的北面", "区县"),
    ],
)
def test_missing_part_is_named(address: str, lacks: str) -> None:
    """The message names the missing part with an example, in both languages."""
    message = missing_part(address)
    assert message is not None
    assert lacks in message.zh
    assert "南京路1号" in message.zh
    assert message.en


@given(st.text(max_size=200))
def test_any_address_is_checked(address: str) -> None:
    """Any text is accepted or gets a message in both languages."""
    message = missing_part(address)
    assert message is None or (message.zh and message.en)
