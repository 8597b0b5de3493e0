"""A real browser on a real server: Chromium, the pages served from a thread, keys counted, axe run.

Every context keeps what went wrong while it was open: console errors (a Content-Security-Policy
refusal is one), script errors, and requests to any other host. The fixture fails the test for them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator, FileWrapper

from tests.harness.passkey import SoftKey
from tests.harness.visitor import signed_in
from tracker import auth

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Root needs --no-sandbox; the rest keeps Chromium from calling home while a test runs.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDTHS = (320, 360, 768, 1280)
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# What another theme can change: nothing but colours differs between the two.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
# Only what is wrong comes back, and which rules ran: a page's good elements fill megabytes.
AXE_RUN = """async ([type, values]) => {
  const found = await axe.run({ runOnly: { type, values }, resultTypes: ["violations"] });
  const kinds = ["passes", "violations", "incomplete", "inapplicable"];
  return {
    ran: kinds.flatMap((kind) => found[kind].map((rule) => rule.id)),
    faults: found.violations.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${rule.help}: ${node.target.join(" ")}: ${node.html.slice(0, 160)}`)),
  };
}"""
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
COUNT_KEYS = """
addEventListener("keydown", (event) => {
  if (event.isTrusted && !["Shift", "Control", "Alt", "Meta"].includes(event.key)) {
    window.tellKey(event.key);
  }
}, true);
"""
# What asks for the focus gets it with the first frame, which can be after the page is loaded.
FOCUSED = """() => document.activeElement !== document.body
  || ![...document.querySelectorAll("[autofocus]")].some((e) => e.checkVisibility())"""
WIDEST = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return null;
  const over = [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > room + 0.5)
    .map((e) => [e.tagName.toLowerCase(), e.id, e.getAttribute("class")].filter(Boolean).join(" "));
  return `${document.documentElement.scrollWidth} px wide: ${over.slice(0, 5).join(", ")}`;
}"""


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        return None


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine and yield its address."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        # Werkzeug leaves an answer open, and its file, when the browser has gone away meanwhile.
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if isinstance(answer, ClosingIterator | FileWrapper):
                answer.close()

    server = make_server("127.0.0.1", 0, whole, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium; where there is none, say what to install."""
    named = ("chromium-headless-shell", "chromium", "chromium-browser")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, named)), None)
    if not program:
        raise RuntimeError("Chromium is not installed: apt-get install chromium")
    return playwright.chromium.launch(executable_path=program, args=FLAGS)


@dataclass
class Keys:
    """Every key that reached a page, modifiers alone left out, across page loads."""

    pressed: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many keys so far."""
        return len(self.pressed)

    @property
    def interactions(self) -> int:
        """How many of them type no character: the way clicks and taps are counted too."""
        return sum(len(key) > 1 for key in self.pressed)

    def start_again(self) -> None:
        """Count from here."""
        self.pressed.clear()


def press(page: Page, *keys: str) -> None:
    """Press keys one by one, as a person does who sees where the focus is."""
    page.wait_for_function(FOCUSED)
    for key in keys:
        page.keyboard.press(key)


def type_in(page: Page, text: str) -> None:
    """Type a text where the focus is, as a person does who sees it there."""
    page.wait_for_function(FOCUSED)
    page.keyboard.type(text)


def go_by(link: Locator) -> None:
    """Click on what leads to another page, and wait until that one is loaded."""
    with link.page.expect_navigation():
        link.click()


@dataclass
class Window:
    """One browser context with one page, the keys it got, and what went wrong in it."""

    page: Page
    context: BrowserContext
    address: str
    keys: Keys
    faults: list[str]
    app: Flask | None = None

    def go(self, path: str) -> Page:
        """Open a path of the served application."""
        self.page.goto(self.address + path)
        return self.page

    def alt(self, letter: str) -> None:
        """Press an access key: it answers to a letter that Playwright leaves out under Alt."""
        session = self.context.new_cdp_session(self.page)
        key = {
            "modifiers": 1,
            "key": letter,
            "code": f"Key{letter.upper()}",
            "windowsVirtualKeyCode": ord(letter.upper()),
        }
        down = {"type": "keyDown", "text": letter, "unmodifiedText": letter, **key}
        session.send("Input.dispatchKeyEvent", down)
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        session.detach()

    def arrive(self, name: str) -> Page:
        """Be signed in already, as `Visitor.arrive` is, with no page open yet."""
        assert self.app is not None
        with self.app.app_context():
            cookie = auth.cookie_name()
        token = signed_in(self.app, name)
        self.context.add_cookies(
            [{"name": cookie, "value": token, "url": self.address, "httpOnly": True}]
        )
        return self.page

    def sign_in(self, name: str, password: str) -> Page:
        """Sign in by the page, as a person would; a passkey in software is the second factor.

        Chromium knows no passkeys at a bare address such as 127.0.0.1, so this one answers beside
        the page, within the same cookies.
        """
        self.go("/sign-in")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")
        if (way := urlsplit(self.page.url).path).startswith("/sign-in/"):
            self._give_passkey(way, name)
        return self.page

    def _give_passkey(self, way: str, name: str) -> None:
        token = self.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
        request = self.context.request
        fields: dict[str, str | float | bool] = {"csrf_token": token}
        options = request.post(f"{self.address}{way}/options", form=fields).json()
        fields["credential"] = SoftKey(name).sign(options, self.address)
        done = request.post(f"{self.address}{way}/passkey", form=fields)
        self.page.goto(self.address + done.json()["next"])


def window(
    browser: Browser,
    address: str,
    *,
    app: Flask | None = None,
    color_scheme: Literal["light", "dark"] = "light",
    width: int = 1280,
    height: int = 800,
    javascript: bool = True,
) -> Window:
    """Open a context with one page on the served application."""
    context = browser.new_context(
        base_url=address,
        color_scheme=color_scheme,
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
        locale="en-US",
        timezone_id="America/Denver",
        reduced_motion="reduce",
    )
    keys, wrong = Keys(), list[str]()
    own = urlsplit(address).netloc

    def note_request(url: str) -> None:
        parts = urlsplit(url)  # Chromium shows a PDF with a page and parts of its own
        if parts.netloc != own and parts.scheme not in ("chrome", "chrome-extension"):
            wrong.append(f"asked another host: {url}")

    context.expose_binding("tellKey", lambda _source, key: keys.pressed.append(key))
    context.add_init_script(COUNT_KEYS)
    context.on("request", lambda request: note_request(request.url))
    context.on(
        "console",
        lambda message: wrong.append(f"console: {message.text}") if _is_fault(message) else None,
    )
    context.on("weberror", lambda error: wrong.append(f"script: {error.error}"))
    page = context.new_page()
    page.set_default_timeout(10_000)
    return Window(page, context, address, keys, wrong, app)


def _is_fault(message: Any) -> bool:
    # A refused form answers 422 and the browser reports that as an error of its own.
    return message.type == "error" and "the server responded with a status of 4" not in message.text


def axe_faults(page: Page) -> list[str]:
    """List what axe-core finds wrong with a page as it is, and with its colours in the other theme.

    Not having run WCAG 2.2, or not having looked at the other theme, is a fault too.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = _axe(page, "tag", AXE_TAGS, "target-size")
    is_dark: bool = page.evaluate(IS_DARK)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    page.emulate_media(color_scheme=themes[not is_dark])
    if page.evaluate(IS_DARK) is is_dark:
        found.append("the other theme was not looked at")
    found += [f"{themes[not is_dark]}: {one}" for one in _axe(page, "rule", COLOUR_RULES)]
    page.emulate_media(color_scheme=themes[is_dark])
    return found


def _axe(page: Page, kind: str, values: tuple[str, ...], must_run: str = "") -> list[str]:
    answer = page.evaluate(AXE_RUN, [kind, values])
    if not {must_run or values[0]} <= set(answer["ran"]):
        return [f"axe did not run its rule {must_run or values[0]}"]
    return list(answer["faults"])


def sideways_faults(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """List the widths at which a page scrolls sideways, each with what sticks out."""
    before = page.viewport_size or {"width": 1280, "height": 800}
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if sticking_out := page.evaluate(WIDEST):
            found.append(f"at {width} px: {sticking_out}")
    page.set_viewport_size(before)
    return found
