# Everything happens in .venv. It is made on first use, and installed into again only when pyproject.toml
# has other words in it: the stamp's name is a checksum, so neither a checkout nor a touch costs anything.
TARGET ?=
ARGS   ?=
RUNS   ?= 100
VENV   ?= .venv

PY     := $(VENV)/bin/python
SUM    := $(shell cksum < pyproject.toml | cut -d' ' -f1)
RUN    := $(VENV)/.installed-$(SUM)
TEST   := $(VENV)/.installed-test-$(SUM)

# A virtual environment whose Python has gone (removed, upgraded, moved) is made anew.
ifneq ($(shell $(PY) -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null),True)
$(shell rm -f $(VENV)/.installed-* $(PY))
endif

.PHONY: run test lint repeat kills clean

run: $(RUN)
	@$(PY) -m conformance run $(if $(TARGET),--target '$(TARGET)') $(ARGS)

test: $(TEST)
	@$(PY) -m pytest $(ARGS)

lint: $(TEST)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m conformance lint

repeat: $(RUN)
	@$(PY) benchmarks/repeat.py --runs $(RUNS)

kills: $(RUN)
	@$(PY) benchmarks/kills.py --runs $(RUNS)

clean:
	rm -rf dist build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find conformance tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# Extras come with their base: an environment for the tests can also run the suite.
$(TEST): EXTRA := [test]
$(RUN) $(TEST):
	@$(MAKE) --no-print-directory -s $(PY)
	@echo "installing dermconf into $(VENV)"
	@$(PY) -m pip install -q --disable-pip-version-check -e '.$(EXTRA)'
	@touch $@ $(RUN)

$(PY):
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "making $(VENV) with $$python"; \
	    exec $$python -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "dermconf needs Python 3.11 or later with venv (on Debian and Ubuntu: apt install python3-venv)" >&2; \
	exit 1
