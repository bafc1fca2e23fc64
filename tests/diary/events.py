"""What python3-recurring-ical-events finds in a calendar: a question (JSON) a line, an answer a line. Times are seconds
since 1970, days are dates."""
import datetime
import json
import sys
import warnings

import icalendar
import recurring_ical_events

warnings.simplefilter("ignore")


def told(moment):
    return moment.timestamp() if isinstance(moment, datetime.datetime) else moment.isoformat()


for line in sys.stdin:
    question = json.loads(line)
    calendar = icalendar.Calendar.from_ical(question["calendar"])
    begin, end = (datetime.datetime.fromtimestamp(question[key], datetime.timezone.utc) for key in ("from", "to"))
    found = [
        [str(event["SUMMARY"]), told(event["DTSTART"].dt), told(event["DTEND"].dt)]
        for event in recurring_ical_events.of(calendar).between(begin, end)
    ]
    print(json.dumps(sorted(found, key=str)), flush=True)
