# Two commands on a fresh machine: `make demo` and `make test`. The rest is for those who work on it.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
SERVE  ?= 1
export MOTCUA_DEMO ?= 1
export DJANGO_SETTINGS_MODULE = motcua.config.settings

.PHONY: demo test bench check format lock clean system assets

demo: $(VENV)/.installed assets
	@$(BIN)/motcua demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: $(VENV)/.installed-dev system assets
	@MAKE=$(MAKE) BIN=$(BIN) ./scripts/test

bench: $(VENV)/.installed-dev assets
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

check: $(VENV)/.installed-dev assets
	@BIN=$(BIN) ./scripts/check

format: $(VENV)/.installed-dev
	@$(BIN)/ruff format src tests benchmarks && $(BIN)/ruff check --fix src tests benchmarks

assets: $(VENV)/.installed
	@BIN=$(BIN) ./scripts/assets

system:
	@./scripts/system

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements/base.txt pyproject.toml src/motcua/locale/vi/LC_MESSAGES/django.po
	@./scripts/install $(VENV) requirements/base.txt && touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@./scripts/install $(VENV) requirements/dev.txt && touch $@

lock:
	@BIN=$(BIN) ./scripts/lock

clean:
	rm -rf $(VENV) var build
