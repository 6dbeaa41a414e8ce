"""The parts that pages are made of, in a real browser: readable, reachable, and they do their work."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pointsvc.kernel import qr
from tests.browser.gun import shoot
from tests.browser.parts_app import FAKE_CODE, create_parts_app

pytestmark = pytest.mark.browser
TYPED = "https://lv.example.cn/c/ABCDEFGHJKMNPQR"


def test_parts_are_accessible(
    phone_page: Page, check_page: Callable[[Page], None], parts_address: str
) -> None:
    phone_page.goto(f"{parts_address}/parts")
    check_page(phone_page)


@pytest.mark.parametrize("mode", ["elder", "standard"])
def test_every_part_is_there_without_scripts(
    open_page: Callable[..., Page], parts_address: str, mode: str
) -> None:
    page = open_page(scripts=False)
    page.goto(f"{parts_address}/parts?mode={mode}")
    page.get_by_label("或输入卡上的编号").fill("ABCDE")
    page.get_by_role("button", name="签到", exact=True).click()
    assert "code=ABCDE&quantity=1" in page.inner_text("main")


def test_a_deed_is_asked_twice_without_scripts(
    open_page: Callable[..., Page], parts_address: str
) -> None:
    page = open_page(scripts=False)
    page.goto(f"{parts_address}/parts")
    page.locator(".confirm-fold summary").click()
    page.locator(".confirm-body").get_by_role("button", name="作废").click()
    assert "card_id=7" in page.content()


def test_a_dialog_asks_and_can_be_left(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    phone_page.get_by_role("button", name="作废这张卡").click()
    expect(phone_page.get_by_role("dialog")).to_be_visible()
    phone_page.get_by_role("button", name="返回").click()
    expect(phone_page.get_by_role("dialog")).to_be_hidden()
    expect(phone_page.get_by_role("button", name="作废这张卡")).to_be_focused()


def test_a_dialogs_answer_posts_its_form(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    phone_page.get_by_role("button", name="作废这张卡").click()
    phone_page.get_by_role("dialog").get_by_role("button", name="作废", exact=True).click()
    phone_page.wait_for_url("**/posted")
    assert "card_id=7" in phone_page.content()


def test_the_stepper_stops_at_its_bounds(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    plus, minus = (phone_page.get_by_role("button", name=name) for name in ("加一", "减一"))
    expect(minus).to_be_disabled()
    plus.click()
    plus.click()
    expect(plus).to_be_disabled()
    assert phone_page.get_by_label("数量（袋）").input_value() == "3"


def test_a_password_can_be_shown(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    phone_page.get_by_role("button", name="显示").click()
    expect(phone_page.get_by_label("密码")).to_have_attribute("type", "text")


def test_two_taps_post_once(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    posts: list[str] = []
    phone_page.on("request", lambda one: posts.extend([one.url] * (one.method == "POST")))
    phone_page.route("**/posted", lambda _: None)
    phone_page.evaluate(
        """() => { const form = document.querySelector('#scan-form');
                   form.code.value = 'A'; form.requestSubmit(); form.requestSubmit(); }"""
    )
    phone_page.wait_for_timeout(300)
    assert len(posts) == 1


def test_a_changing_code_renews_itself(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    expect(phone_page.get_by_text("8765 4321")).to_be_visible(timeout=6000)


def test_a_code_that_cannot_be_renewed_says_so(browser: Browser, parts_address: str) -> None:
    page = browser.new_context().new_page()
    page.route("**/code", lambda route: route.abort())
    page.goto(f"{parts_address}/parts")
    expect(page.get_by_text("没有网络，这个码可能已过期")).to_be_visible(timeout=8000)
    page.context.close()


def test_a_shared_device_signs_out_when_left_alone(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts?idle=2")
    expect(phone_page.get_by_text("没有人操作，将自动退出")).to_be_visible()
    phone_page.wait_for_url("**/sign-out", timeout=5000)


def test_the_shown_code_reads_back(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts?mode=elder")
    picture = Image.open(BytesIO(phone_page.locator(".code-paper").screenshot()))
    assert zxingcpp.read_barcodes(picture)[0].text == TYPED


@pytest.mark.parametrize("page_name", ["parts", "paper"])
def test_pages_print_without_bars_and_buttons(
    desktop_page: Page, parts_address: str, page_name: str
) -> None:
    desktop_page.goto(f"{parts_address}/{page_name}")
    desktop_page.emulate_media(media="print")
    expect(desktop_page.locator("header.bar")).to_be_hidden()
    expect(desktop_page.locator("nav.side")).to_be_hidden()


# -- the scanner gun ------------------------------------------------------------------


def test_a_gun_that_types_is_a_code(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    wait_for_scripts(phone_page)
    shoot(phone_page, TYPED)
    phone_page.wait_for_url("**/posted")
    assert f"code={TYPED}" in phone_page.inner_text("main")


@pytest.mark.parametrize("pace", [5, 15, 30])
def test_guns_of_every_pace_are_understood(phone_page: Page, parts_address: str, pace: int) -> None:
    phone_page.goto(f"{parts_address}/parts")
    wait_for_scripts(phone_page)
    stop_forms(phone_page)
    shoot(phone_page, TYPED, pace_ms=pace)
    assert phone_page.get_by_label("或输入卡上的编号").input_value() == TYPED


def test_a_burst_into_another_field_is_taken_out_of_it(
    phone_page: Page, parts_address: str
) -> None:
    phone_page.goto(f"{parts_address}/parts")
    wait_for_scripts(phone_page)
    stop_forms(phone_page)
    phone_page.get_by_label("说明").fill("浇水")
    phone_page.get_by_label("说明").focus()
    shoot(phone_page, TYPED)
    assert phone_page.get_by_label("说明").input_value() == "浇水"
    assert phone_page.get_by_label("或输入卡上的编号").input_value() == TYPED


def test_a_persons_typing_is_left_alone(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    wait_for_scripts(phone_page)
    phone_page.get_by_label("说明").focus()
    phone_page.keyboard.type("ABCDEFGH", delay=150)
    phone_page.keyboard.press("Enter")
    assert phone_page.get_by_label("说明").input_value() == "ABCDEFGH\n"


def test_keys_under_an_input_method_are_rebuilt(phone_page: Page, parts_address: str) -> None:
    phone_page.goto(f"{parts_address}/parts")
    wait_for_scripts(phone_page)
    stop_forms(phone_page)
    phone_page.evaluate(
        """() => [["KeyL"], ["KeyV"], ["Slash"], ["KeyA", true], ["Digit7"], ["Semicolon", true],
                  ["KeyZ", true], ["Enter"]].forEach(([code, shiftKey = false]) =>
             document.body.dispatchEvent(new KeyboardEvent("keydown",
               { key: "Process", code, shiftKey, bubbles: true, cancelable: true })))"""
    )
    assert phone_page.get_by_label("或输入卡上的编号").input_value() == "lv/A7:Z"


# -- the camera -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def filmed(launch: Callable[..., Browser], tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A browser whose camera films a code: a few JPEGs one after another are a film (mjpeg)."""
    film = tmp_path_factory.mktemp("film") / "code.mjpeg"
    film.write_bytes(b"".join(frame(turn) for turn in range(6)))
    return launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def frame(turn: int) -> bytes:
    """1280 × 720: a code of about 260 px on a grey table, a little turned each time."""
    rows = qr.matrix(FAKE_CODE)
    small = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            small.putpixel((x + 4, y + 4), 0 if dark else 255)
    code = small.resize((328, 328), Image.Resampling.NEAREST)
    table = Image.new("RGB", (1280, 720), (120, 124, 118))
    table.paste(code.rotate(turn * 2, fillcolor=255, expand=True).convert("RGB"), (470, 190))
    stream = BytesIO()
    table.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def test_the_camera_reads_a_code_and_sends_the_form(filmed: Browser, parts_address: str) -> None:
    page = filmed.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{parts_address}/parts")
    page.get_by_role("button", name="打开相机扫码").click()
    page.wait_for_url("**/posted", timeout=15000)
    assert f"code={FAKE_CODE}" in page.inner_text("main")
    page.context.close()


def test_a_code_held_before_the_camera_is_read_once(filmed: Browser, parts_address: str) -> None:
    page = filmed.new_context().new_page()
    page.goto(f"{parts_address}/parts")
    page.evaluate(
        """() => { window.seen = []; document.addEventListener("code-scanned",
             (event) => { event.preventDefault(); window.seen.push(event.detail.source); }); }"""
    )
    page.get_by_role("button", name="打开相机扫码").click()
    page.wait_for_function("() => window.seen.length > 0", timeout=15000)
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.seen") == ["camera"]
    page.context.close()


def test_a_photo_is_read_where_there_is_no_camera(
    phone_page: Page, parts_address: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(frame(1))
    phone_page.goto(f"{parts_address}/parts")
    phone_page.locator("[data-ready] [data-photo]").set_input_files(photo)
    phone_page.wait_for_url("**/posted", timeout=15000)
    assert f"code={FAKE_CODE}" in phone_page.inner_text("main")


def test_a_photo_without_a_code_is_shown_to_the_server_then_said_so(
    phone_page: Page, parts_address: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (640, 480), (90, 120, 90)).save(photo)
    phone_page.goto(f"{parts_address}/parts")
    with phone_page.expect_request("**/checkin/decode"):
        phone_page.locator("[data-ready] [data-photo]").set_input_files(photo)
    expect(phone_page.get_by_text("照片里没有找到二维码")).to_be_visible()


def test_without_a_camera_the_page_says_what_else_to_do(
    phone_page: Page, parts_address: str
) -> None:
    phone_page.goto(f"{parts_address}/parts")
    phone_page.get_by_role("button", name="打开相机扫码").click()
    expect(phone_page.get_by_text("这台设备没有找到相机")).to_be_visible()


def test_a_refused_camera_says_where_to_allow_it(
    launch: Callable[..., Browser], parts_address: str
) -> None:
    page = launch("--use-fake-device-for-media-stream").new_page()
    page.goto(f"{parts_address}/parts")
    page.get_by_role("button", name="打开相机扫码").click()
    expect(page.get_by_text("没有相机权限")).to_be_visible()


def wait_for_scripts(page: Page) -> None:
    """Until every part has found its marks."""
    page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")


def stop_forms(page: Page) -> None:
    """Keep the page, so that its fields can be looked at."""
    page.evaluate("() => addEventListener('submit', (event) => event.preventDefault(), true)")


def test_the_worker_alone_may_compile_webassembly() -> None:
    client = create_parts_app().test_client()
    policies = {}
    for path in ("/static/js/scan-worker.js", "/static/js/scanner.js", "/parts"):
        with client.get(path) as reply:
            policies[path] = reply.headers["Content-Security-Policy"]
    assert [path for path, policy in policies.items() if "wasm-unsafe-eval" in policy] == [
        "/static/js/scan-worker.js"
    ]
    assert not [path for path, policy in policies.items() if "unsafe-inline" in policy]
