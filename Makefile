# `make run` and `make test` work on a fresh machine. The environment is made once, and updated when requirements change.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := $(if $(GPU),requirements-gpu.txt,requirements.txt)

.PHONY: help run class test lint assets faults hostile mutants results
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/$(REQUIREMENTS)  ## open the app at http://localhost:8501 (GPU=1: with NVIDIA's libraries; PORT=8600)
	$(BIN)/streamlit run app.py --server.port $(PORT)

class: $(VENV)/$(REQUIREMENTS)  ## open the app to the local network; the page Start shows how a class joins (PORT=8600)
	$(BIN)/python -m siamese class --port $(PORT)

test: $(VENV)/requirements-dev.txt  ## run all tests (ARGS="tests/data -x": some; OMNIGLOT_DIR=FOLDER: also those on Omniglot)
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder $(ARGS)

lint: $(VENV)/requirements-dev.txt  ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

assets: $(VENV)/requirements-dev.txt  ## build assets/alphabets.npz from Debian's fonts-noto-core and fonts-noto-cjk
	$(BIN)/python tools/build_alphabets.py

results: $(VENV)/requirements-dev.txt  ## measure the shipped weights for the Evaluate page (OMNIGLOT_DIR=FOLDER)
	$(BIN)/python tools/make_results.py

mutants: $(VENV)/requirements-dev.txt  ## seed 250 single-line faults and count those that the tests catch (ARGS="--packages data")
	$(BIN)/python tools/seed_faults.py $(ARGS)

faults: $(VENV)/requirements-dev.txt  ## kill training runs, fill their disk, start many at once; count recoveries (ARGS=--short)
	$(BIN)/python tools/faults.py $(ARGS)

hostile: $(VENV)/requirements-dev.txt  ## try hostile models, pictures, downloads, paths, scripts (ARGS="pictures --short" for some of it)
	$(BIN)/python -m tools.hostile $(or $(ARGS),weights foreign pictures archives alphabets downloads paths scripts properties)

$(VENV)/%.txt: %.txt requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.10 to 3.13 is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1): set another one, as in make run PYTHON=python3.12."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r $<
	touch $@
