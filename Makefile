# Two commands matter: `make demo` and `make test`. Both set up what they need on a machine that
# has Python 3.11 or newer, make and git.
PYTHON ?= $(firstword $(foreach v,3.11 3.12 3.13 3,$(shell command -v python$(v) 2>/dev/null)))
UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
export PYTHONHASHSEED := 0

.PHONY: demo test lint types docs bench system-deps setup format clean

setup: .venv/.ready  ## create the project environment from the lock file

.tools/.ready: Makefile
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "merestone needs Python 3.11 or newer")'
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

.venv/.ready: .tools/.ready pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --no-config --python $(PYTHON) --all-extras
	# What a command loads is compiled once, so that runs start quickly also where Python may write no bytecode.
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c 'import merestone.cli.summary, merestone.service.run'
	touch $@

demo: setup  ## compare the six sources of the shipped dossier
	$(BIN)/merestone compare examples/armenia-azerbaijan --sensitivity -o out/armenia-azerbaijan

lint: setup  ## style, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## lint, then every test and every example of the docs
	$(BIN)/pytest -n 2 --dist worksteal

docs: setup  ## the HTML documentation in docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

bench: setup  ## time merestone against named peers, in one run
	for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

system-deps:  ## what tests need beyond Python: a browser, QGIS, Node
	./tools/system-deps.sh

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .tools out docs/_build
