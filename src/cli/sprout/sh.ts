export const sh = `#!/bin/sh
# about: how many files are in a folder
# setting: folder = "/tmp"   folder that is looked at
# setting: warn = 100000   files from which on it is a warning
# every: 5min
case $1 in
monitor)
  # A line and an exit code as plugins for Nagios have them: 0 ok, 1 warning, 2 fail, 3 unknown.
  count=$(ls "$SHEEPDOG_FOLDER" | wc -l) || exit 3
  if [ "$count" -lt "$SHEEPDOG_WARN" ]; then
    echo "OK $count files | files=$count"
  else
    echo "WARNING $count files | files=$count"
    exit 1
  fi
  ;;
receive)
  # A bark comes as JSON on stdin; actions go out as JSON, one a line.
  cat >/dev/null
  ;;
*) exit 64 ;;
esac
`;
