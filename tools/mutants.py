"""Plants small faults in the core and runs its tests: a fault that no test sees is a survivor.

    python tools/mutants.py geometry lines compare
    python tools/mutants.py lines/widths --again

Faults are planted in a copy of the package, never in the checkout: one for every 60 places of a
module that can be changed. The choice is seeded and depends on the module alone. The nearest tests are
asked first, under limits of memory and of processor time; a fault that exceeds them counts as seen.
Tests that take long are left out unless --longest-s asks for them. docs/mutants.json holds what was
found; a run that was stopped goes on where it was. docs/mutants.md is written from it; "why" in the JSON
explains a survivor.
"""

import argparse
import ast
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads should not fork
import hypothesis  # noqa: F401 - loaded once, for every run of the tests
import numpy as np  # noqa: F401
import pyogrio  # noqa: F401
import pyproj  # noqa: F401
import pytest
import shapely  # noqa: F401

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "merestone"
RESULT, TABLE = ROOT / "docs" / "mutants.json", ROOT / "docs" / "mutants.md"
SPENT = ROOT / "out" / "mutants-seconds.json"
TESTED = ("geometry", "lines", "compare", "hard")
MEMORY = 4 << 30
LONG_S = 4.0
UNSHRUNK = """# Examples that fail are not made smaller: that they fail is enough.
from hypothesis import Phase, settings


def pytest_collection(session):
    settings.register_profile("unshrunk", phases=(Phase.explicit, Phase.generate))
    settings.load_profile("unshrunk")
"""
HEAD = """# Faults planted on purpose

`tools/mutants.py` plants small faults in the modules that compute (a comparison turned, a sign changed,
a constant moved) and runs their tests. Of {count} faults the tests saw {seen}; {left} survived, and each
of those is explained below. The choice is seeded; a module has as many as its size asks for. This page
is written by the tool from `docs/mutants.json`.
"""
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OPERATIONS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


def places(tree):
    """Index in ``ast.walk`` order of every node that can be changed."""
    skipped = {
        id(n) for d in ast.walk(tree) if isinstance(d, ast.arguments | ast.AnnAssign) for n in ast.walk(d)
    }
    return [
        index for index, node in enumerate(ast.walk(tree)) if id(node) not in skipped and can_change(node)
    ]


def can_change(node):
    match node:
        case ast.Compare():
            return type(node.ops[0]) in COMPARISONS
        case ast.BinOp():
            return type(node.op) in OPERATIONS and not in_annotation(node)
        case ast.UnaryOp():
            return isinstance(node.op, ast.USub | ast.Not)
        case ast.Constant():
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)
        case _:
            return isinstance(node, ast.BoolOp | ast.IfExp)


def in_annotation(node):
    return (
        isinstance(node.op, ast.BitOr) and isinstance(node.right, ast.Constant) and node.right.value is None
    )


def mutated(source, index):
    """The source with the node at `index` changed, and a row that tells what was changed."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    node, before = nodes[index], ast.unparse(nodes[index])
    row = {"function": around(tree, node), "before": before}
    row["nth"] = sum(
        around(tree, other) == row["function"] and ast.unparse(other) == before
        for other in nodes[:index]
        if isinstance(other, type(node))
    )
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = OPERATIONS[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.UnaryOp):
        row["after"] = ast.unparse(node.operand)
        return replace(source, node, row["after"]), row
    else:
        node.value = node.value + 1 if node.value in {0, 1, 2} else node.value * 1.5
    row["after"] = ast.unparse(node)
    return replace(source, node, row["after"]), row


def around(tree, node):
    """The name of the function that holds a node."""
    holders = [
        other.name
        for other in ast.walk(tree)
        if isinstance(other, ast.FunctionDef | ast.ClassDef)
        and other.lineno <= node.lineno <= other.end_lineno
    ]
    return ".".join(holders) or "module"


def replace(source, node, text):
    lines = source.splitlines(keepends=True)
    start = sum(len(line) for line in lines[: node.lineno - 1]) + len(
        lines[node.lineno - 1].encode()[: node.col_offset].decode()
    )
    end = sum(len(line) for line in lines[: node.end_lineno - 1]) + len(
        lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode()
    )
    return source[:start] + "(" + text + ")" + source[end:]


def chosen(paths, every, seed):
    """(module, node) of the faults to plant: one for each `every` places of a module, the rest by lot."""
    for path in paths:
        found = places(ast.parse(path.read_text(encoding="utf-8")))
        lot = random.Random(f"{seed} {name(path)}")
        for index in sorted(lot.sample(found, int(len(found) / every + lot.random()))):
            yield path, index


def modules(targets):
    """The modules of some layers, or single ones named as layer/module."""
    found = []
    for target in targets:
        folder = SOURCE / target
        found += sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return found


def name(path):
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def stages(path):
    """Files of tests, nearest first: named after the module or importing it, its layer, layers above."""
    layer, module = path.parent.name, path.stem
    above = TESTED[TESTED.index(layer) :]
    everything = [file for folder in above for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    word = re.compile(rf"merestone\.{layer}(\.{module}\b| import [^\n]*\b{module}\b)")
    named = [f for f in everything if f.parent.name == layer and re.match(rf"test_{module}[_.]", f.name)]
    using = [f for f in everything if f not in named and word.search(f.read_text(encoding="utf-8"))]
    same = [f for f in everything if f.parent.name == layer and f not in named + using]
    rest = [f for f in everything if f not in named + using + same]
    return [stage for stage in (named + using, same, rest) if stage]


def run(scratch, tests, cpu_s, *more):
    """The result of pytest on some files: None where all pass, else what failed first."""
    told = scratch / "told.txt"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 3  # pytest's own for an error within
        try:
            code = pytest_ends_with(scratch, told, cpu_s, [*more, *map(str, tests)])
        finally:
            traceback.print_exc()
            os._exit(code)
    ends = time.monotonic() + 20 * cpu_s
    while (done := os.waitpid(child, os.WNOHANG)) == (0, 0):
        time.sleep(0.1)
        if time.monotonic() > ends:
            os.killpg(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(done[1])
    if code == 0:
        return None
    if code < 0:
        return "took too long" if -code in {signal.SIGXCPU, signal.SIGKILL} else "crashed"
    output = told.read_text(encoding="utf-8", errors="replace")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    if not failed:
        raise RuntimeError(f"pytest ended with {code}:\n{output[-2000:]}")
    return failed[1]


def pytest_ends_with(scratch, told, cpu_s, arguments):
    """In a process of its own, which starts with the libraries loaded but nothing of the package."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    with told.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(ROOT)
    os.environ |= {"PYTHONPATH": str(scratch), "PYTHONPYCACHEPREFIX": str(scratch / "cache")}
    sys.pycache_prefix = str(scratch / "cache")
    sys.path.insert(0, str(scratch))
    early = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis is loaded already
    return int(pytest.main(["-x", "-q", "-W", early, "-p", "no:cacheprovider", "-p", "unshrunk", *arguments]))


def seconds_by_test(scratch):
    """How long each test takes where no fault is planted; ends where one fails.

    Remembered until a module or a test changes.
    """
    sources = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    if SPENT.exists() and SPENT.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return json.loads(SPENT.read_text(encoding="utf-8"))
    report = scratch / "report.xml"
    failed = run(scratch, [ROOT / "tests" / folder for folder in TESTED], 7200, f"--junitxml={report}")
    if failed:
        sys.exit(f"the tests fail without any fault planted: {failed}")
    spent = {}
    for case in ET.parse(report).iter("testcase"):
        folders, holders = case.get("classname").split(".")[:3], case.get("classname").split(".")[3:]
        spent["::".join(["/".join(folders) + ".py", *holders, case.get("name")])] = float(case.get("time"))
    SPENT.parent.mkdir(exist_ok=True)
    SPENT.write_text(json.dumps(spent, indent=1), encoding="utf-8")
    return spent


def file_s(spent, file, longest_s):
    """How long the tests of a file take that are not left out."""
    start = file.relative_to(ROOT).as_posix() + "::"
    return sum(s for test, s in spent.items() if test.startswith(start) and s <= longest_s)


def seen_by(scratch, path, spent, longest_s):
    """What sees the fault planted in a module, None if nothing does."""
    for files in stages(path):
        names = {file.relative_to(ROOT).as_posix() for file in files}
        own = {test: s for test, s in spent.items() if test.split("::")[0] in names}
        files.sort(key=lambda file: file_s(own, file, longest_s))
        left_out = [f"--deselect={test}" for test, s in own.items() if s > longest_s]
        if len(left_out) == len(own):
            continue
        found = run(
            scratch, files, int(60 + 3 * sum(file_s(own, file, longest_s) for file in files)), *left_out
        )
        if found:
            return found
    return None


def table(rows):
    """docs/mutants.md from the rows of a run."""
    survivors = [row for row in rows if row["seen_by"] is None]
    lines = [HEAD.format(count=len(rows), seen=len(rows) - len(survivors), left=len(survivors))]
    lines += ["| module | faults | seen |", "| --- | ---: | ---: |"]
    for module in sorted({row["module"] for row in rows}):
        own = [row for row in rows if row["module"] == module]
        lines.append(f"| `{module}` | {len(own)} | {sum(row['seen_by'] is not None for row in own)} |")
    lines.append("\n## Survivors\n")
    for row in survivors:
        lines.append(f"- `{row['module']}`, `{row['function']}`: `{row['before']}` became `{row['after']}`.")
        lines.append(f"  {row['why']}" if row.get("why") else "  **Not explained.**")
    lines.append("\n## Every fault\n")
    lines += ["| module | function | was | became | seen by |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = [f"`{row[key]}`".replace("|", "\\|") for key in ("module", "function", "before", "after")]
        lines.append(f"| {' | '.join(cells)} | {(row['seen_by'] or 'survived').replace('tests/', '')} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", help="layers (lines) or modules (lines/widths)")
    parser.add_argument("--every", type=int, default=60, help="one fault for so many places of a module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest-s", type=float, default=LONG_S, help="leave out tests that take longer")
    parser.add_argument("--again", action="store_true", help="plant survivors again")
    options = parser.parse_args()
    rows = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else []
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copytree(SOURCE, scratch / "merestone", ignore=shutil.ignore_patterns("__pycache__"))
        (scratch / "unshrunk.py").write_text(UNSHRUNK, encoding="utf-8")
        spent = seconds_by_test(scratch) if options.targets else {}
        for path, index in chosen(modules(options.targets), options.every, options.seed):
            row = plant(scratch, path, index, rows, spent, options.longest_s, again=options.again)
            if row:
                save([*(r for r in rows if key(r) != key(row)), row])
                rows = json.loads(RESULT.read_text(encoding="utf-8"))
    TABLE.write_text(table(rows), encoding="utf-8")


def key(row):
    return (row["module"], row["function"], row["before"], row["after"], row["nth"])


def plant(scratch, path, index, rows, spent, longest_s, *, again):
    """The row of one fault, None where it is known already."""
    target = scratch / "merestone" / path.relative_to(SOURCE)
    original = path.read_text(encoding="utf-8")
    text, row = mutated(original, index)
    row = {"module": name(path)} | row
    known = next((r for r in rows if key(r) == key(row)), None)
    if known and not (again and known["seen_by"] is None):
        return None
    target.write_text(text, encoding="utf-8")
    row["seen_by"] = seen_by(scratch, path, spent, longest_s)
    shutil.copy2(path, target)
    print(
        f"{row['seen_by'] or 'SURVIVED':60s} {row['module']} {row['before']}  ->  {row['after']}", flush=True
    )
    return (known or {}) | row


def save(rows):
    rows.sort(key=key)
    RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
