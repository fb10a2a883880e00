#!/usr/bin/env bash
# Every check that needs no running drive. All of them run; the last lines say which failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH="$PWD/.venv/bin:$PATH"

failed=()

check() {
    local name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || failed+=("$name")
}

shell_scripts() {
    local scripts
    mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
    shellcheck "${scripts[@]}" && first_boot balanced && first_boot single
}

# What the template has instances run. Which of its two ways is taken was decided when the stack was made.
first_boot() {
    python -m tests.aws.template "$1" | shellcheck --shell=bash --exclude=SC2050 -
}

# Findings go to standard output; what goes to standard error is about the comments it reads.
security_lint() {
    bandit --quiet --configfile pyproject.toml --recursive smartdrive deploy 2>/dev/null
}

check "ruff" ruff check .
check "ruff format" ruff format --check .
check "mypy" mypy
check "layers" lint-imports
check "templates" djlint --lint --quiet templates
check "bandit" security_lint
check "nginx.conf" python tools/nginx_lint.py
check "AWS template" cfn-lint deploy/aws/template.yaml
check "house numbers" python tools/house_style.py
check "shell scripts" shell_scripts
check "front end" tools/frontend.sh check

if [ "${#failed[@]}" -gt 0 ]; then
    printf 'check: failed: %s\n' "$(IFS=,; printf '%s' "${failed[*]}")"
    exit 1
fi
printf 'check: all passed\n'
