export const sh = `#!/bin/sh
# about: how many files are in a folder
# setting: folder = "/tmp"   folder that is looked at
# setting: warn = 100000   files from which on it is a warning
# every: 5min
case $1 in
monitor)
  # A line and an exit code as plugins for Nagios have them: 0 ok, 1 warning, 2 fail, 3 unknown. What stands behind
  # the bar becomes facts.
  [ -d "$SHEEPDOG_FOLDER" ] || { echo "UNKNOWN there is no folder $SHEEPDOG_FOLDER"; exit 3; }
  count=$(ls "$SHEEPDOG_FOLDER" | wc -l)
  if [ "$count" -lt "$SHEEPDOG_WARN" ]; then
    echo "OK $count files | files=$count"
  else
    echo "WARNING $count files | files=$count"
    exit 1
  fi
  ;;
receive)
  # On the server. A bark comes as JSON on stdin; actions go out as JSON, one a line. No text within a bark can look
  # like this pattern: its quotes have backslashes.
  case $(cat) in
  *'"level":"warning"'*) echo '{"fact": ["many_files"]}' ;;
  esac
  ;;
*) exit 64 ;; # whatever else Sheepdog may ask one day: not known here
esac
`;
