// Runtimes of languages: threads, forks, collectors of their own, and compilers.
const payload = (name) => `$ROOT/scripts/programs/payload/${name}`;
const entry = (name, executable, version, check, packages, script, quick = false) => ({
  ...{ name, version, check, packages, quick, script },
  needs: [executable],
});

export const runtimes = [
  entry(
    'python3',
    '/usr/bin/python3',
    '/usr/bin/python3 --version',
    'json, threads, sorting and regular expressions of 20,000 objects',
    ['python3'],
    `/usr/bin/python3 -c 'import json,re,hashlib,concurrent.futures as c
d=[{"i":i,"s":"x"*(i%97),"l":list(range(i%11))} for i in range(20000)]
t=json.dumps(d); assert json.loads(t)==d
with c.ThreadPoolExecutor(8) as e: r=list(e.map(lambda n: hashlib.sha256(t[n::97].encode()).hexdigest(), range(97)))
print(len(t), r[5], len(re.findall("x+", t)), sorted(d, key=lambda o: o["s"])[-1]["i"])'`,
    true,
  ),
  entry(
    "python's own tests",
    'python3',
    'python3 --version',
    'test_json, test_dict, test_list, test_bytes, test_re pass',
    ['python3', 'libpython3-testsuite'],
    `python3 -c 'import test.test_json' && python3 -m test -q test_json test_dict test_list test_bytes test_re | grep -E 'Result|SUCCESS|FAIL'`,
  ),
  entry(
    'python3 that forks',
    '/usr/bin/python3',
    '/usr/bin/python3 --version',
    'multiprocessing by fork out of a process with threads, by forkserver and by spawn; shared memory and queues',
    ['python3'],
    `PYTHONMALLOC=malloc /usr/bin/python3 ${payload('processes.py')}`,
  ),
  entry(
    'node',
    'node',
    'node --version',
    "this project's unit tests pass",
    ['nodejs'],
    `cd $ROOT && $NODE node_modules/vitest/vitest.mjs run --project=unit test/unit/parse test/unit/stats test/unit/model 2>/dev/null | sed 's/\\x1b\\[[0-9;]*m//g' | grep -E '^ +(Test Files|Tests) '`,
  ),
  entry(
    'node with workers',
    'node',
    'node --version',
    'six worker threads: zlib, brotli, JSON, buffers and WebAssembly memory; a child process',
    ['nodejs'],
    `$NODE ${payload('workers.mjs')}`,
  ),
  entry(
    'Perl',
    'perl',
    'perl --version | sed -n 2p',
    'interpreter threads, which copy all data; forks; regular expressions, sorting',
    ['perl'],
    `perl ${payload('threads.pl')}`,
  ),
  entry(
    'Ruby',
    'ruby',
    'ruby --version',
    'threads, forks, JSON, sorting, a compacting collection',
    ['ruby'],
    `ruby ${payload('forks.rb')}`,
  ),
  entry(
    'PHP',
    'php',
    'php --version',
    'arrays, JSON, regular expressions and generators without its own allocator (USE_ZEND_ALLOC=0) and with it; pcntl_fork; no loaded modules',
    ['php-cli'],
    `php -n ${payload('arrays.php')}; USE_ZEND_ALLOC=0 php -n ${payload('arrays.php')}`,
  ),
  entry(
    'PHP with modules',
    'php',
    'php --version',
    'the same with the modules of its configuration, loaded with RTLD_DEEPBIND',
    ['php-cli'],
    `php ${payload('arrays.php')}`,
  ),
  entry(
    'Erlang',
    'erl',
    `erl -noshell -eval 'io:format("OTP ~s", [erlang:system_info(otp_release)]), halt().'`,
    '20,000 processes that pass messages, binaries, ETS tables; without its own allocators too (+Mea min)',
    ['erlang-base'],
    `erlc ${payload('ring.erl')}; erl -noshell -s ring; erl +Mea min -noshell -s ring`,
  ),
  entry('Lua', 'lua5.4', 'lua5.4 -v', 'tables, strings, coroutines and collections', ['lua5.4'], `lua5.4 ${payload('tables.lua')}`),
  entry(
    'Guile',
    'guile',
    'guile --version',
    'threads, big integers, hash tables; conservative collector',
    ['guile-3.0'],
    `guile --no-auto-compile ${payload('threads.scm')}`,
  ),
  entry(
    'SBCL',
    'sbcl',
    'sbcl --version',
    'compiles, conses, collects and adds big integers',
    ['sbcl'],
    `sbcl --script ${payload('conses.lisp')}`,
  ),
  entry(
    'OCaml',
    'ocamlopt',
    'ocamlopt -version',
    'compiled to native code and run; Bigarrays, whose memory is malloc’s, finalised',
    ['ocaml-nox'],
    `cp ${payload('arrays.ml')} . && ocamlopt -O3 arrays.ml -o arrays 2> errors.txt && ./arrays`,
  ),
  entry(
    'Go with cgo',
    'go',
    'go version',
    'goroutines that hand blocks of malloc from C to Go and back, by threads that come and go',
    ['golang-go', 'gcc', 'libc6-dev'],
    // The standard library is compiled once.
    `GO111MODULE=off GOFLAGS= CGO_ENABLED=1 GOCACHE=$ROOT/build/go-cache go build -o blocks ${payload('blocks.go')} && ./blocks`,
  ),
  entry(
    'Rust',
    'rustc',
    'rustc --version',
    'a program of threads, compiled and run; the compiler twice the same',
    ['rustc'],
    `for n in 1 2; do rustc -O --edition=2021 --crate-name threads -o threads.$n ${payload('threads.rs')}; done; cmp threads.1 threads.2 && ./threads.1`,
  ),
  entry(
    'GHC',
    'ghc',
    'ghc --version',
    'a program compiled and run by two threads',
    ['ghc'],
    `cp ${payload('Sums.hs')} . && ghc -v0 -O1 -threaded -rtsopts Sums.hs -o sums && ./sums +RTS -N2`,
  ),
];
