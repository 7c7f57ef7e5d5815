"""Take the pictures of the docs from a report.html: its map at a difference, and a profile.

Needs Chromium and the development extra:

    .venv/bin/python tools/report_pictures.py out/armenia-azerbaijan/report.html docs/images D6
"""

import argparse
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE_S = 60


def wait(page: Page, script: str) -> None:
    """Poll, since the policy of the page allows no injected waiting."""
    until = time.monotonic() + PATIENCE_S
    while not page.evaluate(script):
        if time.monotonic() > until:
            raise TimeoutError(script)
        time.sleep(0.1)


def settle(page: Page) -> None:
    """Wait until two pictures of the map are the same."""
    before = None
    while (now := page.locator("#livemap").screenshot()) != before:
        before = now
        time.sleep(0.5)


def picture(page: Page, part: str, last: str, path: Path) -> None:
    """From the heading of a part to the end of the element `last`, as wide as the page."""
    page.evaluate("document.querySelector('nav').hidden = true")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(f"document.getElementById('{part}').scrollIntoView({{ behavior: 'instant' }})")
    time.sleep(0.5)
    top = page.locator(f"#{part} h2").bounding_box()
    end = page.locator(last).first.bounding_box()
    assert top is not None
    assert end is not None
    height = end["y"] + end["height"] - top["y"] + 24
    box = {"x": 0, "y": top["y"] - 12, "width": 1280, "height": height}
    page.screenshot(path=path, clip=box)


def main() -> None:
    """Open the report, go to the difference, and save both pictures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("report", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("difference")
    given = arguments.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 940}, reduced_motion="reduce")
        page.goto(given.report.resolve().as_uri())
        wait(page, "document.documentElement.dataset.map === 'ready'")
        page.evaluate(f"document.querySelector('#difference-{given.difference} button.show').click()")
        wait(page, f"document.getElementById('picked').textContent.includes('Difference {given.difference}')")
        settle(page)
        picture(page, "map", "#mapstate", given.folder / "report-map.png")
        plot = page.locator("figure.profile .plot").first
        plot.hover(position={"x": 560, "y": 150})
        for _ in range(3):
            page.locator("figure.profile [data-do=closer]").first.click()
        plot.hover(position={"x": 700, "y": 150})
        picture(page, "profile", "figure.profile .values", given.folder / "report-profile.png")
        browser.close()


if __name__ == "__main__":
    main()
