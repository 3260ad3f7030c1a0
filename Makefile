PYTHON ?= python3

.PHONY: help run test lint bench setup lock
.DEFAULT_GOAL := help

help:
	@echo 'make run     serve the forum on http://127.0.0.1:8000, with demo content on the first start'
	@echo 'make test    run the whole gate: format, lint, types, import contracts, templates, tests'
	@echo 'make lint    run the steps of the gate that need no server'
	@echo 'make bench   measure speed, a few minutes; ARGS="--full --database both" for a million posts'
	@echo 'make setup   make or refresh .venv with everything that development needs'
	@echo 'make lock    write the lock files anew after a change of requirements*.in'

run test lint bench setup lock:
	@$(PYTHON) run.py $@ $(ARGS)
