# shellcheck shell=bash disable=SC2154  # engines.sh sets state and project
# MiniStack: DynamoDB on loopback, in a venv of its own because it pins its own botocore.

ministack_install() {
    local wanted venv=$state/ministack
    wanted=$(sha256sum <"$project/tools/engines/requirements.txt")
    [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$venv"
    if ! python3 -m venv "$venv" >/dev/null 2>&1; then
        apt_install python3-venv
        python3 -m venv --clear "$venv"
    fi
    "$venv/bin/pip" install -qq --disable-pip-version-check --no-deps --require-hashes \
        -r "$project/tools/engines/requirements.txt"
    echo "$wanted" >"$venv/installed"
}

ministack_start() { # port
    GATEWAY_PORT=$1 MINISTACK_HOST=127.0.0.1 BIND_HOST=127.0.0.1 AWS_EC2_METADATA_DISABLED=true \
        launch ministack "$state/ministack/bin/python" "$state/ministack/bin/ministack"
}

ministack_wait() { # port
    wait_or_tell ministack 30 answers_http "http://127.0.0.1:$1/"
}

ministack_answers() {
    owned_pid ministack >/dev/null && answers_http "$(engine_address DRIVE_TEST_DYNAMODB_URL)" 2>/dev/null
}
