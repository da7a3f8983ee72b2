#!/bin/bash
# Runs in the virtual machine, as root, under systemd. Each trial leaves NAME.out, NAME.err and NAME.status in /results.
set -u
cd /results
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin NO_COLOR=1 LC_ALL=C.UTF-8 HOME=/root
say() { echo "trial: $*" >/dev/console; }
# Waits until a command succeeds, for ten minutes.
until_true() {
  local end=$((SECONDS + 600))
  while ((SECONDS < end)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.2
  done
  say "waited in vain: $*"
  return 1
}
trial() { local name=$1; shift; say "$name"; timeout 900 "$@" >"$name.out" 2>"$name.err"; echo $? >"$name.status"; }
main_pid() { systemctl show --property=MainPID --value "$1"; }
is_up() { [ "$(main_pid "$1")" -gt 0 ] && grep -q libjvm /proc/"$(main_pid "$1")"/maps; }

uname -r >kernel
stat -fc %T /sys/fs/cgroup >cgroup
systemctl --version | head -n 1 >systemd

# A service that idles, with both bounds; its stdin stays open.
mkfifo /run/burst
sleep infinity >/run/burst &
systemd-run --quiet --unit=burst -p MemoryMax=401M -p MemoryHigh=353M -p MemorySwapMax=0 -p StandardInput=file:/run/burst \
  java -Xmx61m -cp /opt/trial Burst 1 1
until_true is_up burst
main_pid burst >burst.pid
trial doctor offheap doctor "$(main_pid burst)" --format=json --quiet --timeout=5m
trial doctor-table offheap doctor "$(main_pid burst)" --quiet --timeout=5m
trial list offheap doctor --quiet --format=json

# The exporter, as another service.
systemd-run --quiet --unit=exporter offheap export --port=9967 --interval=1s --cpu=80
looked() { curl -sf http://127.0.0.1:9967/metrics | grep -q ^offheap_container_high_bytes; }
until_true looked
trial metrics curl -sf http://127.0.0.1:9967/metrics
trial exporter-group cat "/sys/fs/cgroup$(cut -d: -f3 </proc/"$(main_pid exporter)"/cgroup)/memory.peak"
systemctl stop exporter

# The smallest limit: as root, in a service, and of an ordinary user, as docs/fit.md has it.
fit=(offheap fit --quiet --format=json --resolution=1m --repeats=2)
program=(-- /opt/trial/hold_memory 61 65536)
trial fit-root "${fit[@]}" --results=/results/fit-root.json "${program[@]}"
trial fit-service systemd-run --quiet --wait --pipe "${fit[@]}" --results=/results/fit-service.json "${program[@]}"
loginctl enable-linger app
until_true test -S /run/user/1000/bus
as_app=(runuser -u app -- env XDG_RUNTIME_DIR=/run/user/1000 HOME=/home/app)
trial fit-user "${as_app[@]}" systemd-run --user --scope --quiet "${fit[@]}" --results=/home/app/fit.json "${program[@]}"
trial fit-delegated "${as_app[@]}" systemd-run --user --scope --quiet -p Delegate=yes "${fit[@]}" --results=/home/app/fit-delegated.json "${program[@]}"
trial fit-plain-user "${as_app[@]}" "${fit[@]}" --results=/home/app/fit-plain.json "${program[@]}"

# A container with a cgroup namespace of its own, as container engines make it on v2.
cat >/opt/trial/contained.sh <<'INSIDE'
set -e
umount /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t proc none /proc
cat /proc/self/cgroup >/results/contained.cgroup
exec "$@"
INSIDE
contained=(systemd-run --quiet --wait --pipe -p MemoryMax=307M -p Delegate=yes unshare --cgroup --mount --pid --fork --kill-child sh /opt/trial/contained.sh)
trial fit-contained "${contained[@]}" "${fit[@]}" --results=/results/fit-contained.json "${program[@]}"
# The same with the host's groups mounted: it may make some, and enter none.
cat >/opt/trial/with-host-groups.sh <<'INSIDE'
set -e
mount -t proc none /proc
exec "$@"
INSIDE
with_host_groups=(systemd-run --quiet --wait --pipe -p MemoryMax=307M -p Delegate=yes unshare --cgroup --mount --pid --fork --kill-child sh /opt/trial/with-host-groups.sh)
trial fit-host-groups "${with_host_groups[@]}" "${fit[@]}" --results=/results/fit-host-groups.json "${program[@]}"
trial doctor-contained "${contained[@]}" sh -c 'sleep 600 | java -Xmx31m -cp /opt/trial Burst 1 1 >/dev/null & until grep -qs libjvm /proc/*/maps; do sleep 0.2; done; exec offheap doctor Burst --format=json --quiet --timeout=5m'

# A kill, explained afterwards, by the kernel's log and what the group has left.
systemd-run --quiet --unit=victim -p MemoryMax=83M -p MemorySwapMax=0 -p RemainAfterExit=yes /opt/trial/hold_memory 127 65536
killed() { dmesg | grep -q 'oom-kill:.*victim'; }
until_true killed
trial after-oom offheap doctor --after-oom --format=json --quiet
trial after-oom-table offheap doctor --after-oom --quiet
touch done
say done
systemctl poweroff
