# shellcheck shell=bash disable=SC2154  # engines.sh sets state and project
# Starting, finding and ending background processes by pid file.
# A pid file counts only while that process's command line names our folder: numbers are used again.

owned_pid() { # name
    local pid
    pid=$(cat "$state/run/$1.pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$state" || return 1
    echo "$pid"
}

launch() { # name command...
    local name=$1
    shift
    setsid "$@" </dev/null >"$state/log/$name.log" 2>&1 9>&- &
    echo $! >"$state/run/$name.pid"
}

end_process() { # name: asks, then insists after ten seconds
    local pid
    if pid=$(owned_pid "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        wait_until 10 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$state/run/$1.pid"
}

gone() { # pid; a zombie is gone too
    ! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"
}

wait_until() { # seconds command...
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

wait_or_tell() { # name seconds command...
    local name=$1
    shift
    wait_until "$@" && return
    echo "$name did not come up; the end of $state/log/$name.log:" >&2
    tail -n 20 "$state/log/$name.log" >&2 || true
    return 1
}

answers_http() { # url; any status will do
    python3 - "$1" <<'END'
import sys, urllib.error, urllib.request
try:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=5)
except urllib.error.HTTPError:
    pass
END
}

free_ports() { # wanted...: the wanted ones where they are free, else any
    python3 - "$@" <<'END'
import socket, sys
held = []
for wanted in map(int, sys.argv[1:]):
    for port in (wanted, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            break
        except OSError:
            listener.close()
    held.append(listener)
print(*(listener.getsockname()[1] for listener in held))
END
}

random_hex() { # bytes
    od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

engine_address() { # name of a line in the environment file
    sed -n "s/^$1=//p" "$state/env" 2>/dev/null
}
