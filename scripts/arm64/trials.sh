#!/bin/bash
# Runs in the virtual machine as its first process. Each trial leaves NAME.out, NAME.err and NAME.status in /results.
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin NO_COLOR=1 LC_ALL=C.UTF-8 HOME=/root
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t cgroup2 none /sys/fs/cgroup
for folder in /tmp /run; do mount -t tmpfs none "$folder"; done
busybox ip link set lo up
cd /results || exit 1
say() { echo "trial: $*" >/dev/console; }
trial() { local name=$1; shift; say "$name"; timeout 900 "$@" >"$name.out" 2>"$name.err"; echo $? >"$name.status"; }
# java, flags, guard, repro, and questions: functions of a pid. Written by scripts/test-arm64.mjs.
. /opt/trial/options.sh
uname -srm >machine
trial version offheap --version

for test in /opt/trial/units/*_test; do trial "unit-$(basename "$test" _test)" "$test"; done

# A JVM whose stdin stays open; $1: names its trials; the rest: its options.
ask_about() {
  local name=$1; shift
  mkfifo "/run/$name"
  sleep infinity >"/run/$name" &
  local open=$!
  "$java" "${flags[@]}" "$@" -cp /opt/trial/classes Known <"/run/$name" >"$name.known" 2>&1 &
  local pid=$!
  until grep -q '^@phase ready' "$name.known"; do
    kill -0 "$pid" || return
    sleep 0.2
  done
  for question in $questions; do
    trial "$name-$question" bash -c "$question $pid"
  done
  cp "/proc/$pid/smaps" "$name.smaps"
  kill "$open" "$pid"
  wait "$pid"
}
ask_about g1 -XX:+UseG1GC
ask_about zgc -XX:+UseZGC
ask_about wide -XX:+UseSerialGC -XX:-UseCompressedOops -XX:-UseCompressedClassPointers

trial guard offheap guard "${guard[@]}" --timeout=10m --results=/results/guard.json -- "$java" "${flags[@]}" -cp /opt/trial/classes Known stay
trial repro offheap repro "${repro[@]}" --java="$home" --results=/results/repro.json
touch done
sync
mount -o remount,ro / 2>/dev/null
busybox poweroff -f
