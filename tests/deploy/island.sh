#!/usr/bin/env bash
# Process 1 of an island: island.sh LAYER PYTHON PLACE=TARGET…; namespaces of its own are there already. What is done to
# the files stays in memory, over those of this machine. LAYER/root is the system; PLACE is seen in it as TARGET.
set -euo pipefail
layer=$1 python=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs "$layer"
mkdir "$layer"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
cd "$layer/root"
mount --rbind /dev dev
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p var/lib/smartdrive
mount -t tmpfs -o mode=755 tmpfs var/lib/smartdrive # in a layer files say that they are on another disk than their folder
for each in "$@"; do
    mkdir -p ".${each#*=}"
    mount --bind "${each%%=*}" ".${each#*=}"
    mount -o remount,bind,ro ".${each#*=}" # that is no layer: what is changed there is changed outside
done
exec chroot . "$python" -I /usr/local/lib/island/little_systemd.py
