"""What each stage of `make demo` costs: seconds of processor time on the shipped dossier.

    python benchmarks/stages.py [dossier] [runs]

Does what `merestone compare --sensitivity` does, `runs` times (three), each into a new folder, and
prints the least processor time of every stage, its share of the whole, and how much it had to do. Importing
comes before the first stage; it is paid once a process.
"""

import sys
import tempfile
from pathlib import Path
from time import process_time

import merestone
from merestone.compare.sensitivity import sensitivity
from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json
from merestone.publish.report import report_html
from merestone.service.enrich import compared
from merestone.service.versions import tool
from merestone.sources.examine import examine

SHIPPED = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan"


class Clock:
    """Seconds of processor time by stage, in the order in which the stages came."""

    def __init__(self):
        self.spent_s = {}
        self._stage, self._since = None, process_time()

    def __call__(self, stage, _what=None, _share=None):
        """Called at the beginning of each stage, and at any time within it."""
        now = process_time()
        if self._stage is not None:
            self.spent_s[self._stage] = self.spent_s.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now


def one_run(path, folder):
    """The seconds by stage, and how much each had to do."""
    clock = Clock()
    clock("reading")
    dossier = merestone.open(path)
    case = dossier.read(progress=clock)
    comparison = compared(case, progress=clock)
    clock("sensitivity")
    doubts = sensitivity(case, comparison)
    clock("checking")
    noted = examine(case, dossier.spec)
    clock("comparison.json")
    text = comparison_json(comparison)
    clock("comparison.gpkg")
    write_geopackage(comparison, folder / "comparison.gpkg")
    clock("report.html")
    html = report_html(comparison, sensitivity=doubts, check_findings=noted)
    clock(None)
    size = (folder / "comparison.gpkg").stat().st_size
    return clock.spent_s, work_of(comparison, len(text), size, len(html))


def work_of(comparison, json_bytes, gpkg_bytes, html_bytes):
    """In a few words, how much each stage had to do."""
    vertices = sum(limit.vertices for source in comparison.sources for limit in source.limits)
    stations = sum(pair.offsets_m.all.length_km for pair in comparison.pairs) * 1000.0
    stations /= comparison.parameters["station_m"]
    on_axis = sum(len(at.lon) for at in comparison.shapes.stations)
    listed, smaller = comparison.differences.listed, comparison.differences.smaller
    return {
        "hashing": "the files of the dossier, against its lock",
        "reading": f"{len(comparison.sources)} sources and the layers",
        "trace": f"{vertices:,} vertices of limits, and the outlines around them",
        "sections": f"{on_axis:,} stations of the axis, {len(comparison.sections)} sections",
        "differences": f"{len(listed) + smaller.count:,} areas, {len(listed):,} of them listed",
        "offsets": f"{stations:,.0f} stations in {len(comparison.pairs)} pairs",
        "features": ", ".join(f"{len(some)} {kind}" for kind, some in comparison.features.items()),
        "shift": "the same stations once more, moved",
        "sensitivity": "four variations of every verdict",
        "comparison.json": f"{json_bytes / 1e6:.1f} MB",
        "comparison.gpkg": f"{gpkg_bytes / 1e6:.1f} MB",
        "report.html": f"{html_bytes / 1e6:.1f} MB",
    }


def main(path, runs):
    tool()  # what is imported late, for its version, is imported too
    started_s = process_time()
    best, work = {}, {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            spent_s, work = one_run(path, Path(folder))
        for stage, seconds in spent_s.items():
            best[stage] = min(seconds, best.get(stage, seconds))
    total_s = sum(best.values())
    for stage, seconds in best.items():
        print(f"{stage:16} {seconds:7.3f} s {seconds / total_s:6.1%}  {work.get(stage, '')}")
    print(f"{'all stages':16} {total_s:7.3f} s of processor time, the least of {runs} runs each")
    print(f"{'importing':16} {started_s:7.3f} s before the first of them")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
