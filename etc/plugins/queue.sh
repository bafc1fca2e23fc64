#!/bin/sh
# An example in sh: it speaks as plugins for Nagios do. Copy it to /etc/sheepdog/plugins, chmod +x, and try it:
# sheepdog plugin test ./queue.sh folder=/var/mail
#
# about: how many files wait in a folder
# setting: folder = "/var/spool"   in which they wait
# setting: warn = 1000   from how many on it is a warning
# every: 10min
case ${1-} in
monitor)
  # The exit code is the level: 0 ok, 1 warning, 2 fail, 3 unknown.
  [ -d "$SHEEPDOG_FOLDER" ] || { echo "UNKNOWN there is no folder $SHEEPDOG_FOLDER"; exit 3; }
  n=$(find "$SHEEPDOG_FOLDER" -type f 2>/dev/null | wc -l)
  # What stands behind the bar becomes facts.
  [ "$n" -lt "$SHEEPDOG_WARN" ] && { echo "OK $n wait | waiting=$n"; exit 0; }
  echo "WARNING $n wait | waiting=$n"
  exit 1 ;;
receive)
  # On the server: one bark on stdin. No text within it can look like this: its quotes have backslashes.
  case $(cat) in
  *'"level":"warning"'*) echo '{"fact": ["queue", "long"]}' ;;
  *'"level":"ok"'*) echo '{"fact": ["queue", "short"]}' ;;
  esac ;;
*) exit 64 ;; # whatever else Sheepdog may ask one day: not known here
esac
