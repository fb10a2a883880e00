SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check test-engines release bench load gates frontend pictures pins aws-up aws-update aws-down clean

# Only `make run HOST=…` chooses these; a shell's own HOST or DATA does not.
HOST = 127.0.0.1
PORT = 8000
DATA =

# The drive that is loaded, and with how much: --help tells all.
URL = http://127.0.0.1:8000
LOAD =

# The stack at AWS, its parameters, and the bucket whose name says that data may go.
STACK = smartdrive
SET =
DELETE_DATA =

# Most tests wait for a browser or a disk a third of their time, so three files run at once on two cores. PYTEST="-n 0 …"
# runs one by one. Files begin in the order that tests/conftest.py gives them: the longest first.
SIDE_BY_SIDE = -n 3 --dist loadfile --no-loadscope-reorder

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start Smart Drive; HOST=127.0.0.1 PORT=8000 DATA=data choose where
	@tools/setup.sh run
	@exec .venv/bin/python -m smartdrive.run --host "$(HOST)" --port "$(PORT)" $(if $(DATA),--data "$(DATA)")

test: ## install what the tests need and run them
	@tools/setup.sh test
	@.venv/bin/python -m pytest --ignore=tests/engines $(SIDE_BY_SIDE) $(PYTEST)

check: ## ruff, mypy, layers, templates, bandit, gixy, cfn-lint, house numbers, front-end rebuild
	@tools/setup.sh check
	@tools/check.sh

test-engines: ## the contract suites and the walk on real DynamoDB and S3 servers (root)
	@tools/setup.sh test
	@tools/test_engines.sh $(SIDE_BY_SIDE) $(PYTEST)

release: ## make the archive that deploy/install.sh takes, and its SHA-256, in artefacts/
	@tools/release.sh

bench: ## measure against nginx on this machine; writes docs/performance.md
	@tools/setup.sh bench
	@.venv-bench/bin/python -m benchmarks

load: ## drive a mixed day at a drive, URL=http://127.0.0.1:8000 LOAD="--rate 50 --seconds 60"; see docs/scaling.md
	@tools/setup.sh run
	@.venv/bin/python -m benchmarks.load "$(URL)" $(LOAD)

gates: ## let Lighthouse look at the pages; writes docs/gates.md
	@tools/setup.sh gates
	@.venv/bin/python -m tools.gates

frontend: ## build static/dist from frontend/
	@tools/setup.sh check
	@tools/frontend.sh build

pictures: ## make the README's pictures from a running drive
	@tools/setup.sh test
	@.venv/bin/python -m tools.pictures

pins: ## compile requirements*.in into pinned files with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make pins" requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make pins" requirements-test.in -o requirements-test.txt

aws-up: ## make the stack STACK=smartdrive at AWS; SET="DomainName=… …", see docs/deploy-aws.md
	@tools/setup.sh run
	@.venv/bin/python -m deploy.aws.stack up "$(STACK)" $(SET)

aws-update: ## bring that stack to this template, and to the parameters that SET names
	@tools/setup.sh run
	@.venv/bin/python -m deploy.aws.stack update "$(STACK)" $(SET)

aws-down: ## take that stack away, after a question; DELETE_DATA=bucket ends the data too, see docs/deploy-aws.md
	@tools/setup.sh run
	@.venv/bin/python -m deploy.aws.stack down "$(STACK)" $(SET) $(if $(DELETE_DATA),--delete-data "$(DELETE_DATA)")

clean: ## remove what was built or installed here; the data folder stays
	rm -rf .venv .venv-bench .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis frontend/node_modules tools/lighthouse/node_modules
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
