# make run · make test · make check · make torture · make bench · make wheel · make translations · make tour · make constraints · make audit · make sbom
PYTHON ?= python3
PORT ?= 8000
KILLS ?= 2000
ENGINE ?= sqlite postgresql
BIN := .venv/bin
READY := .venv/.ready
READY_FOR_WORK := .venv/.ready-for-work
INSTALLS := setup.cfg pyproject.toml constraints.txt

.DELETE_ON_ERROR:
.PHONY: run test check torture bench wheel translations tour constraints clean

run: $(READY)  ## the demo street at http://127.0.0.1:$(PORT)
	$(BIN)/pointsvc demo --port $(PORT)

test: $(READY_FOR_WORK)  ## everything, on SQLite and PostgreSQL; TESTS=tests/shop for a part
	$(BIN)/pytest -n auto --dist loadgroup $(TESTS)

check: $(READY_FOR_WORK)  ## style, types, floors, templates, and the house's own rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/pytest -q -m "not slow" tests/house
	$(BIN)/python docs/audit.py
	$(BIN)/python docs/materials.py

audit: $(READY_FOR_WORK)  ## known vulnerabilities in what is pinned, where advisories can be reached
	$(BIN)/python docs/audit.py

sbom: $(READY_FOR_WORK)  ## dist/sbom.cdx.json: what the service is made of
	$(BIN)/python docs/materials.py

bench: $(READY_FOR_WORK)  ## how fast, as ratios: docs/performance.md; ONLY="P1 P3", ROUNDS=5, QUICK=1
	$(BIN)/python -m bench $(ONLY) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(QUICK),--quick) $(BENCH)

torture: $(READY_FOR_WORK)  ## kill servers, workers and PostgreSQL; KILLS=500 ENGINE=sqlite JSON=file
	$(BIN)/python -m tests.torture --kills $(KILLS) $(ENGINE:%=--engine %) $(if $(JSON),--json $(JSON))

wheel: $(READY_FOR_WORK)  ## dist/pointsvc-….whl: what a server installs
	rm -rf build/lib build/bdist.*
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

translations: $(READY_FOR_WORK)  ## extract, update, compile; what is untranslated is left empty
	mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k _l --ignore-dirs '.*' --sort-by-file --add-location=file -o build/messages.pot pointsvc templates
	$(BIN)/pybabel -q update -i build/messages.pot -d pointsvc/translations -l en --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d pointsvc/translations

tour: $(READY_FOR_WORK)  ## take the README's pictures anew, from the demo street
	$(BIN)/python docs/tour.py

constraints: $(READY_FOR_WORK)  ## pin what is installed now
	$(BIN)/pip freeze --all --exclude-editable --exclude pip --exclude pointsvc > constraints.txt

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11; say: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

$(READY): $(INSTALLS) | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY_FOR_WORK): $(INSTALLS) | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY) $@
