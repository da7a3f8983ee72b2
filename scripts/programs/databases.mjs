// Databases: a server that starts, works, answers and ends, or a library.
import { join } from 'node:path';
import { kafka } from './kafka.mjs';

/** C++ under a JVM, whose operators new and delete are the allocator's where it has some. */
export const rocksDb = {
  name: 'RocksDB by JNI',
  artifact: 'org.rocksdb:rocksdbjni:9.7.3',
  jar: 'build/jars/rocksdbjni-9.7.3.jar',
};

const postgres = 'pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)';

export const databases = (root) => [
  {
    name: rocksDb.name,
    version: `echo ${rocksDb.artifact}`,
    check: 'a hash of 100,000 rows: written, compacted and read in order',
    needs: ['java', join(root, rocksDb.jar)],
    quick: false,
    script: `java -Xmx128m -cp $ROOT/${rocksDb.jar} $ROOT/scripts/programs/payload/Rocks.java`,
  },
  kafka(root),
  {
    name: 'PostgreSQL',
    version: `${postgres}; $pg/postgres --version`,
    check:
      'initdb; pgbench by four clients, its sums; parallel, sorting, JIT and PL/pgSQL queries; VACUUM; shutdown; no backend ended by a signal',
    needs: [{ command: `${postgres} && test -x $pg/pgbench`, why: 'PostgreSQL is not installed' }, 'setpriv'],
    packages: ['postgresql'],
    quick: false,
    script: `${postgres}
$ORDINARY $pg/initdb -D data -U postgres -A trust --no-sync > init.txt
$ORDINARY $pg/postgres -D data -k $WORK -c listen_addresses= -c fsync=off -c max_parallel_workers=4 > log.txt 2>&1 & server=$!
until $pg/pg_isready -q -h $WORK -U postgres; do kill -0 $server; sleep 0.1; done
$pg/pgbench -q -i -s 2 -h $WORK -U postgres postgres 2> bench.txt
$pg/pgbench -n -c 4 -j 2 -t 500 --random-seed=7 -h $WORK -U postgres postgres > bench.txt
$pg/psql -v ON_ERROR_STOP=1 -qAt -h $WORK -U postgres postgres < $ROOT/scripts/programs/payload/queries.sql
$ORDINARY $pg/pg_ctl -D data -m fast stop > stop.txt; wait $server
grep -c 'database system is shut down' log.txt; ! grep -E 'terminated by signal|PANIC' log.txt`,
  },
  {
    name: 'MariaDB',
    version: 'mariadbd --version',
    check: 'set-up of a data folder; four clients at once; sums of 50,000 rows, a stored procedure, CHECK TABLE; shutdown',
    needs: ['/usr/sbin/mariadbd', 'mariadb-install-db', 'mariadb', 'setpriv'],
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    quick: false,
    script: `$ORDINARY mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db --datadir=$WORK/data > init.txt 2>&1
$ORDINARY mariadbd --no-defaults --datadir=$WORK/data --socket=$WORK/s --pid-file=$WORK/pid --skip-networking > log.txt 2>&1 & server=$!
sql() { mariadb --no-defaults -N -u root -S $WORK/s "$@"; }
until sql -e 'select 1' > /dev/null 2>&1; do kill -0 $server; sleep 0.1; done
sql -e 'create database d; create table d.t (a int primary key, b varchar(200), c double, key(b)) engine=innodb'
for part in 0 1 2 3; do sql d -e "insert into t select seq, repeat(hex(seq * 7919), seq % 20), seq * 0.5 from seq_1_to_50000 where seq % 4 = $part" & clients="$clients $!"; done
wait $clients
sql d < $ROOT/scripts/programs/payload/procedure.sql
sql -e shutdown; wait $server; grep -c 'Shutdown complete' log.txt; ! grep -i signal log.txt`,
  },
  {
    name: 'redis-server',
    version: 'redis-server --version',
    check: 'redis-benchmark, then keys, memory accounting, a snapshot by a forked child and shutdown',
    needs: ['redis-server', 'redis-benchmark'],
    packages: ['redis-server', 'redis-tools'],
    quick: false,
    script: `redis-server --port 0 --unixsocket $WORK/s --save '' > log.txt & server=$!
until redis-cli -s s ping > /dev/null 2>&1; do kill -0 $server; sleep 0.1; done
redis-benchmark -s s -q -n 20000 -r 5000 -d 300 -t set,get,lpush,lpop,hset,zadd > /dev/null
redis-cli -s s flushall; redis-cli -s s eval "for i=1,20000 do redis.call('set','k'..i,string.rep('v',i%400)) end return redis.call('dbsize')" 0
redis-cli -s s bgsave > /dev/null; until redis-cli -s s info persistence | grep -q rdb_bgsave_in_progress:0; do kill -0 $server; sleep 0.1; done
redis-cli -s s info persistence | grep rdb_last_bgsave_status; redis-check-rdb dump.rdb | grep -o 'RDB looks OK'
redis-cli -s s strlen k399; redis-cli -s s shutdown nosave || true; wait $server; echo ended`,
  },
  {
    name: 'sqlite3',
    version: 'sqlite3 --version',
    check: 'sums, order and integrity of 50,000 rows',
    needs: ['sqlite3'],
    packages: ['sqlite3'],
    quick: true,
    script: `sqlite3 a.db "create table t(a integer primary key, b text, c real); with recursive n(i) as (select 1 union all select i+1 from n where i<50000) insert into t select i, hex(i*7919), i*0.5 from n; create index x on t(b); delete from t where a%3=0; vacuum; pragma integrity_check; select count(*), sum(a), sum(c), group_concat(b) from (select * from t order by b limit 1000);"`,
  },
];
