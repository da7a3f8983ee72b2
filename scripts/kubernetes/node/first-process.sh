# The first process of the node's own namespaces (mounts, processes, network, host name, IPC): what it mounts nobody else sees, and all ends with it.
# Its arguments: the node's folder.
set -eu
folder=$1

ip link set lo up
ip link add node0 type bridge
ip address add 10.99.0.1/24 dev node0
ip link set node0 up
# The kubelet looks for a default route. It leads nowhere: no registry is asked.
ip link add uplink type veth peer name uplink-end
ip link set uplink master node0 up
ip link set uplink-end up
ip route add default via 10.99.0.254 dev node0

mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir -p /run/containerd /var/lib/kubelet "$folder/kubelet" "$folder/sysctl"
# Volumes of pods are mounted below it, and have to be seen in their containers.
mount --bind "$folder/kubelet" /var/lib/kubelet
mount --make-shared /var/lib/kubelet

# The kubelet writes these for the whole machine. It writes to files instead.
for value in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file="$folder/sysctl/$(echo "${value%=*}" | tr / -)"
  echo "${value#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${value%=*}"
done

echo ready
# Those whose parents have ended are its children now: `wait` takes them away.
sleep infinity &
wait $!
