"""report.html in a real browser, opened from disk: no request, no error, and every part works."""

import re
import shutil
import time
from base64 import b64encode
from dataclasses import replace

import pytest

from merestone.model.results import Comparison
from merestone.publish.report import report_html

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EVIL = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>'
PATIENCE_S = 30


@pytest.fixture(scope="module")
def chromium():
    """A function that starts Chromium with further flags; all end with the driver."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (make system-deps)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        yield lambda *more: driver.chromium.launch(executable_path=path, args=[*FLAGS, *more])


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium()


@pytest.fixture
def show(browser):
    """A function that opens a report from disk; its pages are closed after the test."""
    opened = []

    def open_page(path, *, width=1280, other=None):
        opened.append(Opened(other or browser, path, width))
        return opened[-1]

    yield open_page
    for one in opened:
        one.page.close()


@pytest.fixture(scope="module")
def kept():
    """What several tests of this module use, since starting a map takes seconds without a GPU."""
    return {}


@pytest.fixture
def live(kept, browser, comparison, tmp_path_factory):
    """One page with a live map for the tests that leave it usable for each other."""
    if "page" not in kept:
        path = write(comparison, tmp_path_factory.mktemp("report"))
        kept["page"] = Opened(browser, path, 1280).live()
    yield kept["page"]
    assert kept["page"].complaints == []


@pytest.fixture
def written(comparison, tmp_path):
    """The report of the hand-made comparison, on disk, with names that try to be markup."""
    return write(comparison, tmp_path)


def write(c: Comparison, folder):
    more = {"facing_m": 5000.0, "min_difference_km2": 0.01, "min_section_m": 500.0, "station_m": 100.0}
    layers = tuple(
        replace(layer, features=tuple(replace(f, names={**f.names, "ru": EVIL}) for f in layer.features))
        for layer in c.shapes.layers
    )
    c = replace(
        c,
        parameters={**c.parameters, **more},
        enclaves=tuple(replace(enclave, name=EVIL) for enclave in c.enclaves),
        shapes=replace(c.shapes, layers=layers),
    )
    path = folder / "report.html"
    path.write_bytes(report_html(c))
    return path


class Opened:
    """A page with what it asked for and complained of."""

    def __init__(self, browser, path, width):
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.goto(path.as_uri())

    def _listen(self, message):
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            self.complaints.append(message.text)

    def wait(self, script, *arguments):
        """Poll, since the policy of the page allows no injected `wait_for_function`."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if value := self.page.evaluate(script, *arguments):
                return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def live(self):
        self.wait("document.documentElement.dataset.map === 'ready'")
        return self

    @property
    def outside(self):
        return [url for url in self.requests if not url.startswith(("file:", "blob:", "data:"))]


def test_it_opens_from_disk_without_a_request_or_a_complaint(live):
    opened = live
    assert opened.outside == []
    assert sum(url.startswith("file:") for url in opened.requests) == 1
    assert opened.complaints == []
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.is_visible("#livemap canvas")
    assert not opened.page.is_visible("#staticmap")


COUNT_PIXELS = """async ([png, colours, within]) => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  return colours.map((colour) => {
    let count = 0;
    for (let k = 0; k < data.length; k += 4) {
      count += [0, 1, 2].every((i) => Math.abs(data[k + i] - colour[i]) <= within);
    }
    return count;
  });
}"""


def test_the_live_map_draws_what_the_switches_say(show, browser, written):
    """Pixels of the line of map-b (vermilion) and of the differing section (orange, on pale paper)."""
    opened = show(written).live()
    page, counter = opened.page, browser.new_page()

    def pixels():
        png = b64encode(page.locator("#livemap").screenshot()).decode()
        return counter.evaluate(COUNT_PIXELS, [png, [[0xD2, 0x4A, 0x00], [0xF4, 0xB9, 0x69]], 25])

    line, section = pixels()
    assert line > 100
    assert section > 1000
    page.uncheck('input[data-group="source:map-b"]')
    time.sleep(0.5)
    assert pixels()[0] < line / 10
    page.uncheck('input[data-group="section:differing"]')
    time.sleep(0.5)
    assert pixels()[1] < section / 2
    assert opened.complaints == []
    counter.close()


def test_a_click_tells_labels_area_and_offsets(live):
    opened = live
    page = opened.page
    page.click("#difference-D1 button.show")
    opened.wait("document.getElementById('picked').textContent.includes('Difference D1')")
    told = page.inner_text("#picked")
    assert "4.73 km²" in told
    assert "ARM: map-b; AZE: map-a; silent: old_lines" in told
    assert "Nearest station of the axis: M1 at" in told
    assert re.search(r"map-b\s+\d+ m toward (ARM|AZE), ± 71 m", told)
    assert page.inner_text("#readout").startswith("40°03′00.0″N 0°00′14.4″E")
    assert opened.complaints == []


def test_coordinates_follow_the_pointer(live):
    opened = live
    page = opened.page
    page.locator("#livemap").scroll_into_view_if_needed()
    page.hover("#livemap", position={"x": 300, "y": 200})
    assert re.fullmatch(
        r"40°\d\d′\d\d\.\d″N 0°\d\d′\d\d\.\d″[EW] · 40\.\d{5}° N, 0\.\d{5}° [EW]",
        page.inner_text("#readout"),
    )


def test_everything_can_be_done_with_the_keyboard(live):
    opened = live
    page = opened.page
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    first = "document.querySelector('a, button, input, select, summary, [tabindex]').className"
    assert page.evaluate(first) == "skip"
    page.focus("#livemap canvas")
    page.keyboard.press("Enter")
    assert "Nearest station of the axis" in page.inner_text("#picked")
    page.focus("figure.profile .plot")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    slider = page.locator("figure.profile .plot")
    assert slider.get_attribute("aria-valuetext").startswith(
        "M1 at 7.413 km · M1-S01 differing; map-b 812 m toward AZE, ± 71 m"
    )
    head = page.locator("#sections-table th .sorter").nth(3)
    head.focus()
    page.keyboard.press("Enter")
    page.keyboard.press(" ")
    assert page.locator("#sections-table thead th").nth(3).get_attribute("aria-sort") == "descending"
    assert opened.complaints == []


def test_the_profile_shows_values_zooms_and_moves_the_map(live):
    opened = live
    page = opened.page
    plot = page.locator("figure.profile .plot")
    plot.scroll_into_view_if_needed()
    plot.click(position={"x": 700, "y": 150})
    assert "old_lines 170 m (no side known), no 95 % radius known" in page.inner_text(
        "figure.profile .values"
    )
    opened.wait("document.getElementById('picked').textContent.includes('Nearest station')")
    ticks = "Array.from(document.querySelectorAll('.profile-svg .xtick'), t => t.textContent).join()"
    whole = page.evaluate(ticks)
    page.click("figure.profile [data-do=closer]")
    assert page.evaluate(ticks) != whole
    page.click("figure.profile [data-do=whole]")
    assert page.evaluate(ticks) == whole
    curves = "document.querySelectorAll('.profile-svg g path[fill=none]').length"
    before = page.evaluate(curves)
    page.uncheck('[data-curve="map-b"]')
    assert page.evaluate(curves) == before - 1


def test_tables_sort_and_filter(show, written):
    opened = show(written)
    page = opened.page
    rows = "Array.from(document.querySelectorAll('#sections-table tbody tr:not([hidden])'), (row) => row.id)"
    assert page.evaluate(rows) == ["section-M1-S01", "section-M1-S02"]
    page.click("#sections-table thead th:nth-child(3) .sorter")
    page.click("#sections-table thead th:nth-child(3) .sorter")
    assert page.evaluate(rows) == ["section-M1-S02", "section-M1-S01"]
    page.uncheck('[data-filters="sections-table"] [value="differing"]')
    assert page.evaluate(rows) == ["section-M1-S02"]
    assert page.inner_text('[data-filters="sections-table"] output') == "1 of 2"


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_fits_its_width(show, written, width):
    opened = show(written, width=width).live()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.complaints == []


def test_without_webgl_the_static_map_stands_in(show, chromium, written):
    opened = show(written, other=chromium("--disable-3d-apis"))
    page = opened.page
    opened.wait("document.getElementById('mapstate').textContent.includes('no WebGL 2')")
    assert page.is_visible("#staticmap svg")
    assert not page.is_visible("#livemap")
    group = page.locator('#staticmap [data-group="source:map-b"]')
    assert group.get_attribute("display") is None
    page.uncheck('input[data-group="source:map-b"]')
    assert group.get_attribute("display") == "none"
    page.click("#difference-D1 button.show")
    assert page.is_visible("#staticpick")
    assert "Nearest station of the axis" in page.inner_text("#picked")
    assert opened.outside == []


def test_without_scripts_everything_is_still_there(browser, written):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written.as_uri())
    assert page.is_visible("#staticmap svg")
    assert page.is_visible("figure.profile svg")
    assert page.is_visible("#difference-D1")
    context.close()


def test_on_paper_the_static_map_stands_in(show, written):
    opened = show(written).live()
    page = opened.page
    page.emulate_media(media="print")
    assert page.is_visible("#staticmap svg")
    assert not page.is_visible("#livemap")
    assert not page.is_visible("nav")
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


def test_it_works_across_the_antimeridian(show, comparison_at_180, tmp_path):
    opened = show(write(comparison_at_180, tmp_path)).live()
    page = opened.page
    page.click("#difference-D1 button.show")
    opened.wait("document.getElementById('picked').textContent.includes('Difference D1')")
    assert "179°59′45.6″W" in page.inner_text("#readout")
    assert opened.complaints == []
