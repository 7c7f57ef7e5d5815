"""Plants small faults in the core and runs its tests: a fault that no test sees is a survivor.

    python tools/mutants.py --count 60 --seed 1 geometry lines compare

Faults are planted in a copy of the package, never in the checkout. The choice is seeded, so that a
run can be repeated. docs/mutants.md holds the last run and explains each survivor.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
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
    """The source with the node at `index` changed, the line, and what was changed."""
    tree = ast.parse(source)
    node = list(ast.walk(tree))[index]
    before = ast.unparse(node)
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = OPERATIONS[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.UnaryOp):
        after = copy.deepcopy(node.operand)
        return replace(source, node, ast.unparse(after)), node.lineno, f"{before}  ->  {ast.unparse(after)}"
    else:
        node.value = node.value + 1 if node.value in {0, 1, 2} else node.value * 1.5
    return replace(source, node, ast.unparse(node)), node.lineno, f"{before}  ->  {ast.unparse(node)}"


def replace(source, node, text):
    lines = source.splitlines(keepends=True)
    start = sum(len(line) for line in lines[: node.lineno - 1]) + len(
        lines[node.lineno - 1].encode()[: node.col_offset].decode()
    )
    end = sum(len(line) for line in lines[: node.end_lineno - 1]) + len(
        lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode()
    )
    return source[:start] + "(" + text + ")" + source[end:]


def candidates(layers):
    for layer in layers:
        for path in sorted((ROOT / "src" / "merestone" / layer).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from ((path, index) for index in places(tree))


def killed(package_root, layers, timeout_s, module=None):
    """Whether a test of the layers fails; those of the module itself are asked first."""
    folders = [ROOT / "tests" / layer for layer in layers]
    own = [folder / f"test_{module}.py" for folder in folders]
    tests = [str(path) for path in own + folders if path.exists()]
    environment = os.environ | {"PYTHONPATH": str(package_root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layers", nargs="+")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout-s", type=float, default=300.0)
    options = parser.parse_args()
    chosen = random.Random(options.seed).sample(list(candidates(options.layers)), options.count)
    survivors = 0
    with TemporaryDirectory() as scratch:
        package = Path(scratch) / "merestone"
        shutil.copytree(ROOT / "src" / "merestone", package)
        if killed(scratch, options.layers, 3600):
            sys.exit("the tests fail without any fault planted")
        for number, (path, index) in enumerate(chosen, 1):
            target = package / path.relative_to(ROOT / "src" / "merestone")
            original = path.read_text(encoding="utf-8")
            text, line, what = mutated(original, index)
            target.write_text(text, encoding="utf-8")
            dead = killed(scratch, [path.parent.name], options.timeout_s, path.stem)
            target.write_text(original, encoding="utf-8")
            survivors += not dead
            print(
                f"{number:3} {'killed  ' if dead else 'SURVIVED'} {path.relative_to(ROOT)}:{line}  {what}",
                flush=True,
            )
    print(f"{options.count - survivors} of {options.count} faults were seen, {survivors} survived")


if __name__ == "__main__":
    main()
