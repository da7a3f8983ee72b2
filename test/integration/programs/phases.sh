# Announces the phases of a program that is measured at each of them, and kills process $1 when phase $2 has been measured.
for phase in baseline loaded collected settled; do
  echo "@phase $phase"
  read -r _ || exit 0
  [ "$phase" = "$2" ] && kill -s KILL "$([ "$1" = harness ] && echo "$PPID" || echo "$$")"
done
exit 0
