"""Every QR that is printed or shown reads back."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings, strategies as st
from PIL import Image

from pointsvc.kernel import base32, codes, qr

SCALE = 4
SVG = "{http://www.w3.org/2000/svg}"
BASE = "https://lv.example.cn"  # with /c/ 24 characters
printed = st.text(base32.ALPHABET, min_size=15, max_size=15)
shown = st.text(base32.ALPHABET, min_size=23, max_size=23)
addresses = st.builds(codes.url, st.just(BASE), printed | shown)
ascii_text = st.text([chr(code) for code in range(32, 127)], min_size=1, max_size=60)


def read(image: Image.Image) -> str:
    """What the reader sees, enlarged as a camera would have it."""
    enlarged = image.resize((image.width * SCALE, image.height * SCALE), Image.Resampling.NEAREST)
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(enlarged, formats, text_mode=zxingcpp.TextMode.Plain)
    return found[0].text if found else ""


def drawn(svg: str) -> Image.Image:
    """Rasterise our own path data: absolute moves by row, relative moves, horizontal strokes."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side, side), 255)
    x, y = 0, 0
    path = root.findall(f"{SVG}path")[1].attrib["d"]
    for command, first, second in re.findall(r"([Mmh])(\d+)(?: ([\d.]+))?", path):
        if command == "M":
            x, y = int(first), int(float(second))
        elif command == "m":
            x += int(first)
        else:
            image.paste(0, (x, y, x + int(first), y + 1))
            x += int(first)
    return image


@settings(max_examples=25, deadline=None)
@given(addresses, st.booleans())
def test_every_svg_of_a_code_reads_back(address: str, is_brief: bool) -> None:
    assert read(drawn(qr.svg(address, title="居民卡", is_brief=is_brief))) == address


@settings(max_examples=25, deadline=None)
@given(ascii_text, st.sampled_from(["L", "M", "Q", "H"]))
def test_any_other_text_reads_back_too(text: str, level: qr.ErrorCorrection) -> None:
    assert read(drawn(qr.svg(text, title="", error_correction=level, version_max=40))) == text


@settings(max_examples=10, deadline=None)
@given(addresses)
def test_what_the_terminal_shows_reads_back(address: str) -> None:
    lines = qr.terminal(address, ansi=False).split("\n")
    image = Image.new("L", (len(lines[0]), 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            image.putpixel((column, 2 * row), 255 * (block in "▀█"))
            image.putpixel((column, 2 * row + 1), 255 * (block in "▄█"))
    assert read(image) == address


def test_a_terminal_with_colours_sets_black_and_white_itself() -> None:
    lines = qr.terminal(BASE, ansi=True).split("\n")
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)


@given(addresses)
def test_codes_with_a_base_of_24_characters_need_version_4_at_most(address: str) -> None:
    assert qr.version_of(address) <= 4


def test_the_token_is_written_in_the_alphanumeric_mode() -> None:
    address = codes.url("https://" + "x" * 23, "0" * 15)
    assert (len(address), qr.version_of(address)) == (49, 4)


def test_a_code_above_version_5_is_refused() -> None:
    address = codes.url("https://green-account.points.huinong.example.cn/street", "0" * 23)
    assert qr.version_of(address) > qr.VERSION_MAX
    with pytest.raises(qr.QrTooLarge):
        qr.svg(address, title="我的码")


def test_what_no_symbol_holds_is_refused() -> None:
    with pytest.raises(qr.QrTooLarge):
        qr.version_of("x" * 5000)


@pytest.mark.parametrize("text", ["", "https://绿色.cn/c/0"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        qr.svg(text, title="")


def test_the_svg_keeps_the_strict_policy_and_says_its_title() -> None:
    markup = qr.svg(f"{BASE}/c/{'0' * 15}", title="李<梅>的卡")
    assert "李&lt;梅&gt;的卡" in markup
    assert not re.search(r"style=|<style|<script| on\w+=| id=", markup)


def test_the_svg_leaves_a_quiet_zone_of_four_modules() -> None:
    image = drawn(qr.svg(BASE, title=""))
    dark = Image.eval(image, lambda value: 255 - value).getbbox()
    assert dark == (4, 4, image.width - 4, image.height - 4)


def test_no_secret_is_kept_once_it_is_drawn() -> None:
    kept = qr._drawn_once.cache_info().currsize
    secret, page = f"{BASE}/c/{'1' * 15}", f"{BASE}/only-here"
    assert qr.svg(secret, title="") == qr.svg(secret, title="")
    assert qr._drawn_once.cache_info().currsize == kept
    qr.svg(page, title="", is_public=True)
    assert qr._drawn_once.cache_info().currsize == kept + 1
