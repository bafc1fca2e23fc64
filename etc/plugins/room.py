#!/usr/bin/env python3
# An example in Python. Copy it to /etc/sheepdog/plugins, chmod +x, and try it: sheepdog plugin test ./room.py warn=20
#
# about: the temperature in the room, or of what is hottest in this machine
# setting: warn = 70   degrees from which on it is a warning
# setting: sensors = "/sys/class/thermal"   folder of the sensors
# every: 5min
import glob, json, os, sys


def monitor():
    degrees = []
    for file in glob.glob(os.environ["SHEEPDOG_SENSORS"] + "/thermal_zone*/temp"):
        try:
            with open(file) as sensor:
                degrees.append(int(sensor.read()) / 1000)
        except (OSError, ValueError):
            pass  # a sensor that is asleep
    if not degrees:
        return {"level": "unknown", "summary": "no sensor tells a temperature"}
    hottest = round(max(degrees))
    level = "ok" if hottest < float(os.environ["SHEEPDOG_WARN"]) else "warning"
    return {"level": level, "summary": f"{hottest} degrees", "content": {"degrees": hottest}}


def receive(bark):
    if "degrees" in bark.get("content", {}):
        yield {"fact": ["temperature", bark["content"]["degrees"]]}


word = sys.argv[1] if len(sys.argv) > 1 else ""
if word == "monitor":
    print(json.dumps(monitor()))  # one bark
elif word == "receive":
    for action in receive(json.load(sys.stdin)):
        print(json.dumps(action))  # one action a line
else:
    sys.exit(64)
