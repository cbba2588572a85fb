# Two commands are the whole set-up on a machine with Python 3.11+ and make: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# What starts processes by the hundred should not compile the code by the hundred.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env run test check format torture audit bench docs lock clean

help:  ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY)  ## Set up .venv with everything pinned, and do nothing else

run: $(READY)  ## Curate the samples in raw/ (or what WINNOW_RAW names) into curated/
	$(BIN)/winnow ingest

test: $(READY)  ## Run the tests (under 10 minutes on 2 cores)
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: $(READY)  ## Lint, formatting and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY)  ## Mend what the linter can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

torture: $(READY)  ## Run the long proofs: fuzzing, kills, large files
	$(BIN)/python -m pytest -m torture --timeout 7200

audit: $(READY)  ## Ask the registries for known holes in what is pinned (needs the network)
	$(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock

bench: $(READY)  ## Measure speed, and quality on the labelled texts of the folder BENCH_DATA, if it is given
	$(BIN)/python bench/pipeline.py
	$(BIN)/python bench/increment.py
	$(BIN)/python bench/growth.py --documents 10000 100000
	for what in fingerprints copies repeats runs lookup; do $(BIN)/python bench/duplicates.py $$what || exit 1; done
	for room in mojibake language segments; do \
	  if test -d "$(BENCH_DATA)/$$room"; then $(BIN)/python bench/$$room.py --data "$(BENCH_DATA)/$$room" || exit 1; \
	  else echo "$$room: skipped, BENCH_DATA names no folder with a folder $$room"; fi; done

docs: $(READY)  ## Make the parts of the pages anew that follow from the code
	$(BIN)/python -m flows.reference

lock: $(READY)  ## Pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --extra dask --group dev pyproject.toml --output-file requirements.lock

clean:  ## Remove the environment, the caches and everything curated
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find curated -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

# uv comes first, by its own hash in the lock, and then brings everything else.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Winnow needs Python 3.11 or newer, this is " + sys.version)'
	@echo "setting up .venv with what requirements.lock pins"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^[^ #]/ {wanted = /^uv==/} wanted' requirements.lock > .venv/uv.txt
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)
