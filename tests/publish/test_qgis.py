"""QGIS itself takes the styles: drawn without a screen, where Debian's python3-qgis is installed."""

import json
import subprocess
from pathlib import Path

import pytest

from merestone.publish.geopackage import write_geopackage
from merestone.publish.report_palette import VERDICT_LOOKS, source_looks

ROOT = Path(__file__).parents[2]
PYTHON = Path("/usr/bin/python3")
pytestmark = pytest.mark.skipif(
    not Path("/usr/lib/python3/dist-packages/qgis").exists(), reason="needs QGIS (make system-deps)"
)

COUNT = """
import json, sys
from collections import Counter
from PyQt5.QtGui import QImage
image = QImage(sys.argv[1])
width = image.width() * 70 // 100  # the map; the legend is beyond
print(json.dumps(Counter(image.pixelColor(x, y).name() for x in range(width) for y in range(image.height()))))
"""


def pixels_by_colour(picture):
    done = subprocess.run([PYTHON, "-c", COUNT, str(picture)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_qgis_draws_each_layer_with_the_style_in_the_file(comparison, tmp_path):
    write_geopackage(comparison, tmp_path / "comparison.gpkg")
    script = ROOT / "tools" / "qgis_picture.py"
    command = [
        PYTHON,
        script,
        tmp_path / "comparison.gpkg",
        tmp_path / "x.png",
        "--extent=-0.06,40.0,0.2,40.18",
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = pixels_by_colour(tmp_path / "x.png")
    looks = source_looks(tuple(source.id for source in comparison.sources))
    drawn = [look.colour for look in looks.values()]
    drawn += [VERDICT_LOOKS[section.verdict].colour for section in comparison.sections]
    assert {colour: found.get(colour, 0) > 20 for colour in drawn} == dict.fromkeys(drawn, True)
