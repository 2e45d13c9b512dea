"""Pages as people use them: a real Chromium, what must never happen while it shows a page, the rules of axe-core."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

AXE = (Path(__file__).parent / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
#: What a browser notes itself when an answer has the status of an error, or there is none.
NO_ANSWER = "Failed to load resource: "
Opener = Callable[..., Page]
_SECONDS = 20
expect.set_options(timeout=1000 * _SECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; it draws without a graphics card."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield started
        started.close()


@contextmanager
def watched(
    browser: Browser,
    address: str,
    *,
    wait: Callable[[Page], None] = lambda page: None,
    known: tuple[str, ...] = (),
) -> Iterator[Opener]:
    """Give a function that opens a page of the service in a fresh window, and look for what must never happen.

    At the end it fails for a script error, a warning (a breach of the content security policy is one) and a request to
    any other host; a fault with one of the ``known`` texts in it is none. The function takes the path, the ``size`` of
    the window, a ``script`` to run first, ``ready=False`` to go on without ``wait``, and settings of the browser.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    asked: set[str] = set()

    def open_page(
        path: str, *, size: tuple[int, int] = (1280, 900), script: str = "", ready: bool = True, **settings: Any
    ) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(base_url=address, locale="en-GB", viewport=viewport, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(1000 * _SECONDS)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda request: asked.add(urlsplit(request.url)._replace(path="", query="").geturl()))
        page.goto(path)
        if ready and settings.get("java_script_enabled", True):
            wait(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(text in fault for text in known)] == []
    assert {origin for origin in asked if not origin.startswith("data:")} <= {address}


def blockers(page: Page) -> list[str]:
    """Return what axe finds serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{v['id']}: {node['html'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


def is_within(page: Page) -> bool:
    """Tell whether nothing is wider than the window, so that nobody scrolls to the side to read."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
