"""Masks of personal facts, search keys of names, and parsing of mobile numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people import masks, mobile_number, names


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("古丽娜尔·阿不都热依木·买买提", "古*"),
        ("𠮷𠀋", "𠮷*"),
        ("Anna", "A*"),
        ("", "*"),
        (None, None),
    ],
)
def test_name_mask(name: str | None, masked: str | None) -> None:
    """Names keep their first character, also outside the BMP, and the mask hides the length."""
    assert masks.name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("120101199003070013", "120***********0013"), ("C01X0006H", "C01**006H"), ("A1234567", "********"), ("", "")],
)
def test_number_mask(number: str, masked: str) -> None:
    """Numbers keep the first three and last four characters; short ones are masked completely."""
    assert masks.number(number) == masked


def test_birth_date_mask() -> None:
    """Birth dates keep the year: 1990-**-**."""
    assert masks.birth_date(date(1990, 3, 7)) == masks.birth_date("1990-03-07") == "1990-**-**"
    assert masks.birth_date(None) is None


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("天津市和平区南京路1号", "天津市和平区****"),
        ("天津市蓟县城关镇", "天津市蓟县****"),
        ("河北省石家庄市", "河北省石家庄市****"),
        ("香港九龙观塘区", "香港九龙观塘区****"),
        ("香港特别行政区弥敦道1号", "香港特别行政区****"),
        ("广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区****"),
        (
            "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县一街",
            "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县****",
        ),
        ("天津市滨海新区生态城和风路", "天津市滨海新区****"),
        ("天津市海光里小区5号楼", "天津市****"),
        ("红旗路永旺超市旁", "****"),
        ("幸福社区3号", "****"),
        ("某处", "****"),
        ("", "****"),
    ],
)
def test_address_mask(address: str, masked: str) -> None:
    """Addresses keep the district; street, house and flat are masked."""
    assert masks.address(address) == masked


def test_mobile_number_mask() -> None:
    """Mobile numbers are masked as 138****1234; short ones completely."""
    assert masks.number("13800001234") == "138****1234"
    assert masks.number("1234567") == "*******"
    assert masks.certificate_number("DE-2025-0017") == "********0017"
    assert masks.certificate_number("12") == "**"


@given(st.text(min_size=1))
def test_masks_hide_part_of_any_text(text: str) -> None:
    """Every mask hides something of any stored value, and never raises."""
    for mask in (masks.number, masks.number, masks.certificate_number):
        shown = mask(text)
        assert shown is not None
        assert len(shown) == len(text)
        assert "*" in shown
    assert (masks.name(text) or "").endswith("*")
    assert (masks.address(text) or "").endswith("****")


@pytest.mark.parametrize("dot", "·•‧・∙⋅･")
def test_search_key_unifies_dots_and_case(dot: str) -> None:
    """Dots, full-width letters, case and spaces are unified in search keys."""
    assert names.fold(f"古丽娜尔{dot}买买提") == names.fold("古丽娜尔 买买提")
    assert names.fold("Ａｎｎａ ＭÜＬＬＥＲ") == names.fold("anna müller")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("0086 13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("12800001234", None),
        ("1380000123", None),
        ("02212345678", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_mobile_number_spellings(text: str, read: str | None) -> None:
    """Spaces, dashes, full-width digits, +86, 86 and 0086 are accepted; anything else is rejected."""
    assert mobile_number.parse_mobile_number(text) == read


@given(st.text())
def test_any_text_is_accepted_by_parsers(text: str) -> None:
    """Folding and parsing accept any text."""
    names.fold(text)
    read = mobile_number.parse_mobile_number(text)
    assert read is None or (len(read) == 11 and mobile_number.parse_mobile_number(read) == read)
