"""The report of the shipped dossier: its size, its evenness, and that a browser takes it."""

import re
import shutil
import time
from collections import Counter
from html.parser import HTMLParser

import pytest

import merestone
from merestone.publish.report import report_html

pytestmark = pytest.mark.slow

MOST_BYTES = 6_000_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


class Words(HTMLParser):
    """The words of a page outside scripts and styles, parties' ids and numbers apart."""

    def __init__(self, source):
        super().__init__()
        self.found, self._silent = Counter(), False
        self.feed(source.decode())

    def handle_starttag(self, tag, attrs):
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent:
            self.found.update(re.findall(r"\w+|[^\w\s]", data))


@pytest.fixture(scope="module")
def compared(shipped_result):
    return shipped_result


@pytest.fixture(scope="module")
def report(compared):
    return report_html(compared)


def test_it_is_small_enough_to_hand_on_and_the_same_each_time(compared, report):
    assert len(report) <= MOST_BYTES
    assert report_html(compared) == report


def test_exchanging_the_parties_exchanges_their_ids_and_no_other_word(compared, report):
    exchanged = {"ARM": "AZE", "AZE": "ARM"}
    here = Counter({exchanged.get(word, word): count for word, count in Words(report).found.items()})
    there = Words(report_html(merestone.mirror(compared))).found
    assert here["ARM"] > 1000
    assert here - there == Counter()
    assert there - here == Counter()


@pytest.mark.browser
def test_a_browser_opens_it_from_disk_without_a_request_or_a_complaint(report, tmp_path):
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (make system-deps)")
    sync_api = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "report.html"
    file.write_bytes(report)
    outside, complaints = [], []
    with sync_api.sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=path, args=FLAGS).new_page()
        page.on(
            "request",
            lambda r: outside.append(r.url) if not r.url.startswith(("file:", "blob:", "data:")) else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(file.as_uri())
        until = time.monotonic() + 60
        while page.evaluate("document.documentElement.dataset.map") != "ready" and time.monotonic() < until:
            time.sleep(0.2)
        assert page.is_visible("#livemap canvas")
        assert page.evaluate("document.documentElement.dataset.map") == "ready"
    assert outside == []
    assert complaints == []
