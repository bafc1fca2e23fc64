"""When rules recur as python3-dateutil understands them: a question (JSON) a line, an answer a line."""
import datetime
import json
import sys
import warnings

from dateutil.rrule import rrulestr

warnings.simplefilter("ignore")

for line in sys.stdin:
    question = json.loads(line)
    start, begin, end = (datetime.datetime.fromisoformat(question[key]) for key in ("start", "from", "to"))
    # What never comes it would look for until the year 9999.
    datetime.MAXYEAR = end.year
    found = []
    try:
        for moment in rrulestr(question["rule"], dtstart=start):
            if moment >= end:
                break
            if moment >= begin:
                found.append(moment.isoformat())
    except ValueError as error:
        # So it says of some rules that can never be met.
        if "empty" not in str(error):
            raise
    print(json.dumps(found), flush=True)
