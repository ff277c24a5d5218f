# make run     sets up what is missing, opens the window
# make test    sets up what is missing, runs the whole suite, window tests included
# make check   ruff, mypy --strict, import-linter
# make help    everything else

PYTHON := .venv/bin/python
XVFB := xvfb-run -a -s "-screen 0 1400x900x24"
ARGS ?=

.PHONY: help run setup test check format demo pictures wheel clean

help:
	@grep -E '^# make|^[a-z]+:.*##' Makefile | sed -e 's/^# //' -e 's/:.*##/ —/'

setup: ## builds .venv and names or installs the Debian packages that are missing
	@sh tools/setup.sh

run: setup
	@sh tools/run.sh $(ARGS)

test: setup
	@sh tools/test.sh $(ARGS)

check: setup
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy --num-workers 2
	@.venv/bin/lint-imports --no-logo

format: setup ## puts every file into the one layout
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

demo: setup ## trains the demo project again from its fixed seed
	@$(PYTHON) tools/make_demo.py $(ARGS)

pictures: setup ## takes the pictures of README and docs from the real window
	@QT_QPA_PLATFORM=xcb $(XVFB) $(PYTHON) tools/make_pictures.py $(ARGS)

wheel: setup ## builds the wheel into dist/
	@$(PYTHON) -m build --wheel --no-isolation .

clean: ## removes what was built; projects and settings stay
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
