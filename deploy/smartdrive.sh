#!/bin/sh
# The drive's commands as its own user, wherever one stands: smartdrive doctor, smartdrive user list …
cd /opt/smartdrive/current || exit
exec runuser -u smartdrive -- .venv/bin/python -m flask "$@"
