#!/bin/sh
# Runs a program as in a container: in a mount namespace, an overlay of a root in the place of this machine's. Its process id stays the same.
# Usage: unshare --mount --propagation=private sh enter.sh ROOT SCRATCH JDK SAME PROGRAM [ARGUMENT…]
# (SCRATCH: an empty folder of this machine; JDK: a folder that it sees as /jdk, or -; SAME: folders that it sees under their own paths, parted by colons)
set -eu
root=$1 scratch=$2 jdk=$3 same=$4
shift 4
mount -t tmpfs tmpfs "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/merged"
mount -t overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$scratch/merged"
cd "$scratch/merged"
mkdir -p proc dev tmp sys jdk old
chmod 1777 tmp
mount --rbind /proc proc
mount --rbind /dev dev
[ "$jdk" = - ] || mount --bind "$jdk" jdk
IFS=:
for folder in $same; do
  mkdir -p ".$folder"
  mount --bind "$folder" ".$folder"
done
unset IFS
# After it this machine's commands are no longer there, nor its libraries in their place.
loader=$(readlink -f /lib64/ld-linux-x86-64.so.2) umount=$(readlink -f "$(command -v umount)")
pivot_root . old
cd /
"/old$loader" --library-path /old/lib/x86_64-linux-gnu:/old/usr/lib/x86_64-linux-gnu "/old$umount" --lazy /old
exec "$@"
