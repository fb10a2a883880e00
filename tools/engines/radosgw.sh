# shellcheck shell=bash disable=SC2154  # engines.sh sets state and project
# radosgw: Ceph's S3 on loopback, with one monitor and one store in memory.

ceph_packages=(radosgw ceph-mon ceph-osd ceph-common)

apt_install() { # packages...
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

radosgw_install() {
    dpkg -s "${ceph_packages[@]}" >/dev/null 2>&1 || apt_install "${ceph_packages[@]}"
}

ceph_here() { # any of Ceph's commands, on our configuration
    local command=$1
    shift
    "$command" -c "$state/data/ceph.conf" "$@"
}

radosgw_start() { # s3-port mon-port key secret sts-key
    local fsid
    fsid=$(cat /proc/sys/kernel/random/uuid)
    mkdir -p "$state/data"/{mon,osd,rgw}
    sed -e "s|@fsid@|$fsid|; s|@data@|$state/data|; s|@log@|$state/log|; s|@s3_port@|$1|; s|@mon_port@|$2|" \
        -e "s|@sts_key@|$5|" \
        "$project/tools/engines/ceph.conf" >"$state/data/ceph.conf"
    start_monitor "$fsid" "$2"
    start_store
    start_gateway "$1"
    ceph_here radosgw-admin user create --uid=drive --display-name=drive --access-key="$3" --secret="$4" \
        --caps="user-policy=*" \
        >"$state/log/user.log" 2>&1
}

start_monitor() { # fsid port
    monmaptool --create --fsid "$1" --addv one "[v2:127.0.0.1:$2]" "$state/data/monmap" >"$state/log/monmap.log"
    ceph_here ceph-mon --mkfs -i one --monmap "$state/data/monmap"
    launch ceph-mon ceph-mon -f -c "$state/data/ceph.conf" -i one
    wait_or_tell ceph-mon 30 ceph_here ceph --connect-timeout 5 status
}

start_store() {
    local uuid
    uuid=$(cat /proc/sys/kernel/random/uuid)
    ceph_here ceph osd new "$uuid" 0 >"$state/log/osd-new.log" 2>&1
    ceph_here ceph-osd --mkfs -i 0 --osd-uuid "$uuid" >>"$state/log/osd-new.log" 2>&1
    ceph_here ceph osd crush add osd.0 1.0 root=default host=local >>"$state/log/osd-new.log" 2>&1
    launch ceph-osd ceph-osd -f -c "$state/data/ceph.conf" -i 0
    wait_or_tell ceph-osd 30 store_is_up
}

store_is_up() {
    ceph_here ceph --connect-timeout 5 osd stat | grep -q '1 up'
}

start_gateway() { # port
    launch radosgw radosgw -f -c "$state/data/ceph.conf" -n client.rgw
    wait_or_tell radosgw 60 answers_http "http://127.0.0.1:$1/"
}

radosgw_answers() {
    owned_pid radosgw >/dev/null && answers_http "$(engine_address DRIVE_TEST_S3_URL)" 2>/dev/null
}
