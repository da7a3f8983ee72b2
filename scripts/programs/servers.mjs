// Servers that fork, change user and put their children into sandboxes.
/** One that nobody listens at: taken and given back. */
export const freePort = `$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')`;

/** The library is in the process `pid` where the script has one: what is said of the server is of one that has it. */
export const hasLibrary = (pid) => `[ -z "$LD_PRELOAD" ] || grep -q "$\{LD_PRELOAD##*/}" /proc/${pid}/maps`;

const asRoot = { command: 'test $(id -u) = 0', why: 'it takes root' };

export const servers = [
  {
    name: 'sshd',
    version: '/usr/sbin/sshd -V 2>&1 | tail -1',
    check:
      '27 logins by key, each in the seccomp sandbox, commands, 8 MB each way, sftp, a forwarded port; no child ended by a signal',
    needs: ['/usr/sbin/sshd', 'ssh', 'python3', asRoot],
    packages: ['openssh-server', 'openssh-client', 'openssh-sftp-server'],
    quick: false,
    script: `port=${freePort}
[ -d /run/sshd ] || mkdir -m 755 /run/sshd
bare() { env -u LD_PRELOAD "$@"; }
for key in host own; do bare ssh-keygen -q -t ed25519 -N '' -f $key; done
printf '%s\\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $WORK/host" "AuthorizedKeysFile $WORK/own.pub" "PidFile $WORK/pid" 'StrictModes no' \\
  'UsePAM yes' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'PermitRootLogin yes' 'LogLevel DEBUG3' 'MaxStartups 100' \\
  'Subsystem sftp internal-sftp' > config
/usr/sbin/sshd -D -f config -E $WORK/log.txt & server=$!
options="-F none -o Port=$port -i $WORK/own -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=$WORK/known -o LogLevel=ERROR"
at() { bare ssh $options root@127.0.0.1 "$@"; }
until at true 2> /dev/null; do kill -0 $server; sleep 0.1; done
${hasLibrary('$server')}
at 'id -un; seq 1 20000 | sha256sum'
head -c 8000000 /dev/zero | at 'cat | sha256sum'
at 'head -c 8000000 /dev/zero' | sha256sum
at 'echo out; echo err >&2; exit 7' 2>&1 || echo status $?
for n in $(seq 20); do at "echo login $n" > login.$n & clients="$clients $!"; done; wait $clients; cat $(ls login.* | sort -V)
seq 1 50000 > file; printf "put $WORK/file $WORK/copy\\nget $WORK/copy $WORK/back\\n" | bare sftp $options -q -b - root@127.0.0.1 > /dev/null; cmp file back && echo transferred
forwarded=${freePort}
bare ssh $options -f -N -o ExitOnForwardFailure=yes -L 127.0.0.1:$forwarded:127.0.0.1:$port root@127.0.0.1
bare ssh-keyscan -p $forwarded -t ed25519 127.0.0.1 2> /dev/null | cut -d ' ' -f 3 | cmp - <(cut -d ' ' -f 2 host.pub) && echo forwarded
kill $server; wait $server || true
grep -c 'Accepted publickey for root' log.txt
grep -c 'attaching seccomp filter program' log.txt
! grep -iE 'terminated by signal|exited on signal|bad system call|SIGSYS|SIGKILL|fatal:' log.txt`,
  },
  {
    name: 'nginx',
    version: '/usr/sbin/nginx -v 2>&1',
    check: 'two workers of another user; 2,000 answers, half of them compressed, by four clients; a reload meanwhile; shutdown',
    needs: ['/usr/sbin/nginx', 'curl'],
    packages: ['nginx-light', 'curl'],
    quick: false,
    script: `mkdir www; for n in $(seq 200); do seq 1 $((n * 20)) > www/$n; done
printf '%s\\n' "worker_processes 2; pid $WORK/pid; error_log $WORK/log.txt info;" 'events { worker_connections 256; }' 'http { access_log off; gzip on; gzip_types *; gzip_min_length 1;' \\
  "client_body_temp_path $WORK/b; proxy_temp_path $WORK/p; fastcgi_temp_path $WORK/f; uwsgi_temp_path $WORK/u; scgi_temp_path $WORK/c;" \\
  "server { listen unix:$WORK/s; root $WORK/www; } }" > conf
/usr/sbin/nginx -c $WORK/conf -g 'daemon off;' 2> /dev/null & server=$!
until curl -s -o /dev/null --unix-socket s http://h/1; do kill -0 $server; sleep 0.1; done
${hasLibrary('$server')}
for client in 1 2 3 4; do
  { curl -s --unix-socket s 'http://h/[1-200]'; curl -s --compressed --unix-socket s 'http://h/[1-200]'; } | sha256sum > sum.$client & clients="$clients $!"
done
kill -HUP $server; wait $clients; cat sum.*
kill -QUIT $server; wait $server; ! grep -E 'exited on signal|\\[(alert|emerg)\\]' log.txt`,
  },
  {
    name: 'Apache httpd',
    version: '/usr/sbin/apache2 -v',
    check:
      'prefork: children that end after 40 connections; 1,200 answers, half of them compressed, and CGI; graceful restart and stop',
    needs: ['/usr/sbin/apache2', 'curl', 'python3'],
    packages: ['apache2-bin', 'curl'],
    quick: false,
    script: `port=${freePort}; modules=/usr/lib/apache2/modules
mkdir www; for n in $(seq 200); do seq 1 $((n * 20)) > www/$n.txt; done
printf '#!/bin/sh\\necho Content-Type: text/plain; echo; seq 1 500\\n' > www/a.cgi; chmod 755 www/a.cgi
{ for module in mpm_prefork authz_core mime deflate filter cgi; do echo "LoadModule $module\\_module $modules/mod_$module.so" | tr -d '\\\\'; done
printf '%s\\n' "ServerRoot $WORK" "Listen 127.0.0.1:$port" 'ServerName localhost' "DocumentRoot $WORK/www" "PidFile $WORK/pid" "ErrorLog $WORK/log.txt" "DefaultRuntimeDir $WORK" "Mutex file:$WORK" \\
  'TypesConfig /dev/null' 'AddType text/plain .txt' 'AddOutputFilterByType DEFLATE text/plain' 'StartServers 4' 'MaxRequestWorkers 8' 'MaxConnectionsPerChild 40' \\
  "<Directory $WORK/www>" 'Options +ExecCGI' 'AddHandler cgi-script .cgi' '</Directory>'; [ $(id -u) != 0 ] || printf 'User #65534\\nGroup #65534\\n'; } > conf
setsid /usr/sbin/apache2 -f $WORK/conf -DFOREGROUND & server=$!
until curl -s -o /dev/null http://127.0.0.1:$port/1.txt; do kill -0 $server; sleep 0.1; done
${hasLibrary('$server')}
get() { for n in $(seq 10); do curl -s $2 "http://127.0.0.1:$port/[$n-200:10].txt"; curl -s http://127.0.0.1:$port/a.cgi; done; }
for client in 1 2 3; do { get; get $client --compressed; } | sha256sum > sum.$client & clients="$clients $!"; done
wait $clients; cat sum.*
kill -USR1 $server; until grep -q 'resuming normal operations.*' <(tail -n +4 log.txt); do kill -0 $server; sleep 0.1; done
get | sha256sum
kill -WINCH $server; wait $server; ! grep -iE 'exit signal|segmentation' log.txt`,
  },
];
