# The project's commands. A fresh machine with Python 3.11 or newer and make needs nothing else: each
# command sets up the virtual environment in $(VENV) by itself.

VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(RECENT)' 2>/dev/null && echo $$p && break; done)
DEMO_KEY := practice-key
# Not by `python -m`: what is tested is the package that is installed, which may be a wheel, not what is in this folder.
PYTEST := $(BIN)/pytest -n auto --dist worksteal
# The French texts as the program reads them: git ignores them, the installation makes them, and a change renews them.
MO := $(patsubst %.po,%.mo,$(shell find stopimport -name '*.po'))

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint hooks bench bundle clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

demo: $(READY) $(MO) ## import sample_data/ into a practice API on this machine; the run's folder is demo-run/
	@rm -rf demo-run; scratch=$$(mktemp -d); mkfifo "$$scratch/says"; \
	$(BIN)/stopimport sandbox --port 0 --key $(DEMO_KEY) >"$$scratch/says" & sandbox=$$!; \
	trap 'kill $$sandbox 2>/dev/null; wait $$sandbox; rm -rf "$$scratch"' EXIT; \
	exec 3<"$$scratch/says"; \
	while read -r line <&3; do url=$$(expr "$$line" : '.*\(http://[^ ]*/v1\)') && break; done; \
	[ -n "$$url" ] || { echo 'The practice API did not start.' >&2; exit 1; }; \
	echo "Practice API: $$url"; \
	SMSPARTNER_API_KEY=$(DEMO_KEY) $(BIN)/stopimport run sample_data/ --yes --base-url "$$url" --out demo-run

test: $(READY) $(MO) ## run the tests for every day, in about two minutes (ARGS='-k name' for some of them)
	@$(PYTEST) $(ARGS)

test-all: $(READY) $(MO) ## run all tests, exhaustively, and measure which code they reach, in a quarter of an hour
	@$(PYTEST) --exhaustive --cov --cov-report=term-missing:skip-covered $(ARGS)

lint: $(READY) ## look for faults, wrong types and imports that point backwards, and check the layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports --no-cache --no-logo

hooks: $(READY) ## let git run what `make lint` runs before each commit
	$(BIN)/pre-commit install

bench: $(READY) $(MO) ## measure speed and memory against baselines, into bench-out/ (ONLY='clean send' for some parts)
	PYTHONPATH=tests $(BIN)/python -m benchmarks $(ONLY)

bundle: $(READY) $(MO) ## build a folder that runs without Python, dist/stopimport/, and try an import in it
	$(BIN)/pyinstaller --noconfirm --log-level WARN .ci/bundle/stopimport.spec
	PYTHONPATH=tests/web $(BIN)/python .ci/bundle/drive.py dist/stopimport/stopimport

clean: ## remove what these commands made (never stopimport-runs/)
	rm -rf $(VENV) $(MO) demo-run bench-out build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po | $(READY)
	$(BIN)/python hatch_build.py $<

$(READY): pyproject.toml constraints.txt hatch_build.py stopimport/version.py
	@"$(PYTHON)" -c '$(RECENT)' 2>/dev/null || { echo "Python 3.11 or newer is needed.\
	 Install it, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments.\
	 On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
