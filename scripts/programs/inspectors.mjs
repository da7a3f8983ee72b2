// What looks into a program of threads while it runs, and ways of linking one.

/** A source that allocates, and says so: what a debugger looks at. */
const compileAllocating = 'gcc -g -O1 -pthread $ROOT/scripts/programs/payload/allocating.c -o allocating';

export const inspectors = [
  {
    name: 'gdb',
    version: 'gdb --version',
    check: 'both gdb and a program of threads on the library: break, backtrace, a call of malloc, to the end',
    needs: ['gdb', 'gcc'],
    packages: ['gdb', 'gcc'],
    quick: false,
    script: `${compileAllocating}
gdb -q -nx -batch -ex 'set debuginfod enabled off' -ex 'break checkpoint' -ex run -ex 'backtrace 1' -ex 'print total' -ex 'print (long) strlen((char *) malloc(7)) >= 0' -ex 'delete' -ex continue ./allocating 2> errors.txt |
  sed -E 's/0x[0-9a-f]+/ADDRESS/g' | grep -E '^(#0|\\$|total|.Inferior)' | sed -E 's/process [0-9]+/process/'`,
  },
  {
    name: 'valgrind',
    version: 'valgrind --version',
    check: 'a program of threads on the library under memcheck: its output, no error, no lost block',
    needs: ['valgrind', 'gcc'],
    packages: ['valgrind', 'gcc'],
    quick: false,
    script: `${compileAllocating}
valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --log-file=log.txt ./allocating
grep -E 'ERROR SUMMARY|definitely lost|All heap' log.txt | sed 's/^==[0-9]*== *//'`,
  },
  {
    name: 'strace',
    version: 'strace --version',
    check: 'a program of threads on the library, traced with its threads: its output and end',
    needs: ['strace', 'gcc'],
    packages: ['strace', 'gcc'],
    quick: false,
    script: `${compileAllocating}
strace -f -o trace.txt ./allocating; grep -c 'exited with 0' trace.txt; ! grep -E 'SIGSEGV|SIGABRT|killed by' trace.txt`,
  },
  {
    name: 'the dynamic linker under audit',
    version: 'ldd --version',
    check: 'LD_AUDIT: a program of threads whose bindings another library sees; its output',
    needs: ['gcc'],
    packages: ['gcc'],
    quick: false,
    script: `${compileAllocating}
gcc -shared -fPIC $ROOT/scripts/programs/payload/audit.c -o audit.so
LD_AUDIT=$WORK/audit.so ./allocating; LD_AUDIT=$WORK/audit.so LD_BIND_NOW=1 ./allocating`,
  },
  {
    name: 'programs without a dynamic linker',
    version: 'gcc --version',
    check: 'a program of threads as a static PIE, and linked statically: it runs as without a library, which is not loaded',
    needs: ['gcc'],
    packages: ['gcc', 'libc6-dev'],
    quick: false,
    script: `for kind in static-pie static; do gcc -$kind -O1 -pthread $ROOT/scripts/programs/payload/allocating.c -o $kind; ./$kind; done`,
  },
  {
    name: 'musl',
    version: 'dpkg-query -s musl | sed -n "s/^Version: //p"',
    check:
      'a static program of threads runs as without a library; a dynamic one does not start: musl’s linker says which functions of glibc are absent',
    needs: ['musl-gcc'],
    packages: ['musl-tools'],
    quick: false,
    script: `build() { musl-gcc -O1 -pthread "$@" $ROOT/scripts/programs/payload/allocating.c; }
build -static -o static; ./static; build -o dynamic
if [ -z "$LD_PRELOAD" ]; then ./dynamic > said.txt; else
status=0; ./dynamic > said.txt 2> errors.txt || status=$?; [ $status = 127 ]; grep -q 'Error relocating .*: symbol not found' errors.txt; fi`,
  },
];
