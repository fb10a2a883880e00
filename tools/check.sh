#!/usr/bin/env bash
# Every check that needs no running drive, as many at a time as there are cores. All of them run; the last lines say which
# failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH="$PWD/.venv/bin:$PATH"

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
names=()

check() {
    local name=$1
    shift
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    names+=("$name")
    { "$@" >"$logs/$name" 2>&1 || touch "$logs/$name.failed"; } &
}

told() {
    local name failed=''
    wait
    for name in "${names[@]}"; do
        printf '== %s\n' "$name"
        cat "$logs/$name"
        [ ! -e "$logs/$name.failed" ] || failed+=", $name"
    done
    if [ -n "$failed" ]; then
        printf 'check: failed: %s\n' "${failed#, }"
        return 1
    fi
    printf 'check: all passed\n'
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

# The longest ones first.
check "mypy" mypy
check "front end" tools/frontend.sh check
check "AWS template" cfn-lint deploy/aws/template.yaml
check "shell scripts" shell_scripts
check "bandit" security_lint
check "layers" lint-imports
check "nginx.conf" python tools/nginx_lint.py
check "templates" djlint --lint --quiet templates
check "ruff" ruff check .
check "ruff format" ruff format --check .
check "house numbers" python tools/house_style.py
told
