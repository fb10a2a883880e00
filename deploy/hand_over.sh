#!/bin/sh
# What `systemctl reload smartdrive-web` does: hand_over.sh PID. The process goes when its successor answers; nobody
# notices. Exit 1, and everything as it was, when no successor comes.
pid=$1

lives() { grep -qs '^State:[[:space:]]*[A-WY]' "/proc/$pid/status"; }

kill -0 "$pid" || exit 1
# gunicorn ignores the signal for a second after it took over from another one itself, and while a successor starts.
for _ in $(seq 30); do
    kill -USR2 "$pid" 2>/dev/null || exit 0 # it has gone since the last look
    for _ in $(seq 20); do
        lives || exit 0
        sleep 0.1
    done
done
echo "No new web server came up: the present one goes on. The journal says why." >&2
exit 1
