# Two commands do all the set-up on a machine with Python 3.11+, pip, venv and make: `make demo` and `make test`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
export PYTHONHASHSEED ?= 0

.PHONY: help demo test check lint notebooks outputs lab tables archive golden results benchmarks docs clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@ $(VENV)/.demo $(VENV)/.notebooks

$(VENV)/.notebooks: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[notebooks]"
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## the QNAP 2008 policy as a table, compared with later versions and other vendors; writes out/qnap.html
	@$(BIN)/python -m privlex.cli.demo

test: $(VENV)/.test  ## everything CI runs: lint, tests, notebooks in strict comparison
	$(BIN)/ruff check privlex tests benchmarks training
	$(BIN)/python -m pytest tests
	$(MAKE) --no-print-directory notebooks

notebooks: $(VENV)/.test  ## run the notebooks and compare every output with the committed one
	$(BIN)/python -m pytest -p no:cacheprovider --nbval --nbval-current-env --nbval-cell-timeout 300 notebooks
	$(BIN)/python -m tests.compared_cells notebooks

outputs: $(VENV)/.test  ## run the notebooks and write their outputs anew; read the diff (ONLY=06 runs one)
	$(BIN)/python notebooks/rerun.py $(ONLY)

lint: $(VENV)/.test  ## ruff alone
	$(BIN)/ruff check privlex tests benchmarks training

lab: $(VENV)/.notebooks  ## copy the notebooks to my-notebooks/ and open them in JupyterLab (LAB="--no-browser" passes options)
	@test -d my-notebooks || $(BIN)/python -m privlex notebooks copy my-notebooks
	$(BIN)/python -m jupyterlab $(LAB) my-notebooks

tables: $(VENV)/.test  ## rebuild the released tables from hydrated pages (MIRROR=DIR takes them from there)
	$(BIN)/privlex corpus rebuild $(if $(MIRROR),--mirror $(MIRROR))

archive: $(VENV)/.test  ## the yearly tables of notebook 07 from a whole archive (ARCHIVE=FILE names it; hours)
	$(BIN)/privlex bulk $(ARCHIVE) -o out/archive
	$(BIN)/python -m privlex.bulk.release out/archive

golden: $(VENV)/.test  ## rewrite tests/golden; read the diff before you commit it
	$(BIN)/python -m pytest tests --rewrite-golden

results: $(VENV)/.test  ## the table of scores in the README (GOLD=DIR names the data sets)
	$(BIN)/python -m privlex.evaluate.results $(GOLD)

docs: $(VENV)/.test  ## the documentation as static pages in site/; first writes anew what is made from the code
	$(BIN)/python docs/reference.py
	$(BIN)/mkdocs build --quiet

clean:  ## remove what was made
	rm -rf $(VENV) out site build dist *.egg-info
