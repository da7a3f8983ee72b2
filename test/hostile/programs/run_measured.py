"""run_measured.py FILE COMMAND …: runs it, and writes into FILE what it and its children used. Its exit status is the command's."""

import json
import os
import sys

child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    json.dump({"processorSeconds": usage.ru_utime + usage.ru_stime, "maxRssBytes": usage.ru_maxrss * 1024}, file)
sys.exit(os.waitstatus_to_exitcode(status))
