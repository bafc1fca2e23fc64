export const python = `#!/usr/bin/env python3
# about: how many files are in a folder
# setting: folder = "/tmp"   folder that is looked at
# setting: warn = 100000   files from which on it is a warning
# every: 5min
import json, os, sys


def monitor():
    count = len(os.listdir(os.environ["SHEEPDOG_FOLDER"]))
    level = "ok" if count < float(os.environ["SHEEPDOG_WARN"]) else "warning"
    return {"level": level, "summary": f"{count} files", "content": {"count": count}}


def receive(bark):
    if "count" in bark.get("content", {}):
        yield {"fact": ["files", bark["content"]["count"]]}


word = sys.argv[1] if len(sys.argv) > 1 else ""
if word == "monitor":
    print(json.dumps(monitor()))  # one bark
elif word == "receive":
    for action in receive(json.load(sys.stdin)):
        print(json.dumps(action))  # one action a line
else:
    sys.exit(64)
`;
