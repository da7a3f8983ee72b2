"""A database whose file lives on: prints how many rows it has found, adds 101, and announces its phases: python3 keeps_rows.py FILE."""
import sqlite3
import sys


def announce(phase):
    print(f"@phase {phase}", flush=True)
    sys.stdin.readline()


database = sqlite3.connect(sys.argv[1])
database.execute("create table if not exists rows (name text)")
found = database.execute("select count(*) from rows").fetchone()[0]
print(f"@metric rowsFound={found}", flush=True)
announce("baseline")
database.executemany("insert into rows values (?)", [(f"row {number}",) for number in range(101)])
database.commit()
announce("loaded")
announce("settled")
