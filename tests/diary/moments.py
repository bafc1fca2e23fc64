"""What moment it is when the clocks of a zone show something, as Python's zoneinfo knows it. PEP 495 reads what clocks
never show as RFC 5545 does, and fold=0 is the first of two."""
import datetime
import json
import sys
import zoneinfo

for line in sys.stdin:
    question = json.loads(line)
    shown = datetime.datetime.fromisoformat(question["shown"])
    print(json.dumps(shown.replace(tzinfo=zoneinfo.ZoneInfo(question["zone"])).timestamp()), flush=True)
