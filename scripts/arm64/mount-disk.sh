#!/bin/sh
# The first program of the RAM disk: mounts the disk, and goes on with the trials on it.
busybox() { /bin/busybox "$@"; }
busybox mount -t proc none /proc
busybox mount -t devtmpfs none /dev
for module in /modules/*.ko; do busybox insmod "$module"; done
tries=0
until [ -b /dev/vda ] || [ "$tries" -ge 600 ]; do
  busybox sleep 0.1
  tries=$((tries + 1))
done
busybox mount -t ext4 /dev/vda /root
exec /bin/busybox switch_root /root /opt/trial/trials.sh
