#!/usr/bin/env bash
# The engines of the large set-up on this machine, for tests: MiniStack answers as DynamoDB, radosgw as S3.
# Everything listens on 127.0.0.1 and keeps its data under .engines/, made anew at each start.
#
#   tools/engines.sh install    what is missing: a venv of MiniStack's own, Ceph's Debian packages (root)
#   tools/engines.sh start      both, until they answer; running ones are left alone
#   tools/engines.sh env        the addresses and keys, as lines for `eval` or `env`
#   tools/engines.sh stop       both
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$project/.engines
source "$project/tools/engines/processes.sh"
source "$project/tools/engines/ministack.sh"
source "$project/tools/engines/radosgw.sh"

usage() {
    echo "usage: tools/engines.sh install|start|stop|env" >&2
    exit 2
}

need_root() {
    [ "$(id -u)" = 0 ] && return
    echo "The test engines need root: Ceph comes as Debian packages and its daemons expect it." >&2
    exit 3
}

one_at_a_time() {
    mkdir -p "$state"
    exec 9>"$state/lock"
    flock 9
}

install_all() {
    ministack_install
    radosgw_install
}

start_all() {
    if ! { ministack_answers && radosgw_answers; }; then
        stop_all
        rm -rf "$state/data" "$state/env"
        mkdir -p "$state/run" "$state/log" "$state/data"
        read -r dynamodb_port s3_port mon_port < <(free_ports 18105 18106 18107)
        key=$(random_hex 10) secret=$(random_hex 20) sts_key=$(random_hex 8)
        ministack_start "$dynamodb_port"
        radosgw_start "$s3_port" "$mon_port" "$key" "$secret" "$sts_key"
        ministack_wait "$dynamodb_port"
        write_environment
    fi
    cat "$state/env"
}

write_environment() {
    (umask 077 && cat >"$state/env.new") <<END
DRIVE_TEST_DYNAMODB_URL=http://127.0.0.1:$dynamodb_port
DRIVE_TEST_S3_URL=http://127.0.0.1:$s3_port
DRIVE_TEST_S3_KEY=$key
DRIVE_TEST_S3_SECRET=$secret
DRIVE_TEST_STS_KEY=$sts_key
DRIVE_TEST_REGION=us-east-1
END
    mv "$state/env.new" "$state/env"
}

stop_all() {
    local name
    for name in radosgw ceph-osd ceph-mon ministack; do
        end_process "$name"
    done
}

print_environment() {
    if [ ! -f "$state/env" ]; then
        echo "The engines are not running: tools/engines.sh start" >&2
        exit 1
    fi
    cat "$state/env"
}

case "${1:-}" in
    install) need_root; one_at_a_time; install_all ;;
    start) need_root; one_at_a_time; install_all; start_all ;;
    stop) one_at_a_time; stop_all; rm -f "$state/env" ;;
    env) print_environment ;;
    *) usage ;;
esac
