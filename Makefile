# make studio  a small install, and the studio in your browser: garments while you type
# make demo    a catalogue drawn, prepared, trained on and designed with: the whole job in minutes
# make test    every quick test, formatter, linter and type check
# make check   the same and what is slow
# make small   the package without extras, installed in a venv of its own and run (a part of make check)
#
# TORCH_INDEX: a pip index with the CPU build of torch, 200 MB instead of 3 GB (see README.md).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo
MODEL ?= $(firstword $(shell ls -td */run/model runs/*/model 2>/dev/null))
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
ifdef TORCH_INDEX
PIP += --extra-index-url $(TORCH_INDEX)
endif

.PHONY: studio demo test check small clean

$(VENV)/.small: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.train: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.dev: $(VENV)/.train
	$(PIP) --editable '.[train,dev]'
	touch $@

# MODEL=folder, the newest model of this checkout, or the bundled one; without any, nothing is installed.
ifeq ($(MODEL)$(wildcard src/modiste/bundled/*/config.json),)
studio:
	@echo "make studio: expected a model to draw with, found none in this checkout." >&2
	@echo "  make demo                  trains a small one on a drawn wardrobe, in minutes" >&2
	@echo "  make studio MODEL=folder   opens one that you have" >&2
	@exit 2
else
# A run's model is opened with its run: the page of the game comes with it.
RUN := $(patsubst %/log.jsonl,%,$(wildcard $(patsubst %/model,%/log.jsonl,$(filter %/model,$(MODEL)))))
studio: $(VENV)/.small
	$(BIN)/modiste studio --browser $(if $(RUN),--run $(RUN),$(if $(MODEL),--model $(MODEL)))
endif

demo: $(VENV)/.train
	$(BIN)/python benchmarks/demo.py --out $(DEMO)

test: $(VENV)/.dev
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow" --numprocesses auto --maxprocesses 4 --dist loadfile

# Types of the studio's modules; skipped in the tests where npm is not there.
web/node_modules/.package-lock.json: web/package-lock.json
	if command -v npm > /dev/null; then npm --prefix web ci --silent --no-audit --no-fund; fi

check: test web/node_modules/.package-lock.json
	$(BIN)/python -m pytest -m slow

small: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow tests/test_small_install.py

clean:
	rm -rf $(VENV) build dist
