-- Whether a failure is kept of the same run of a unit, seen from the other side: by the job's own wrapper, or by who
-- watches units.
-- Both ends lie close together: a unit may go on, and fail later for another reason. What tells that a unit has lost a
-- process for want of memory (00000001) is no end of a run.
-- in   from, below (texts: from <= id < below), host, monitor, time (ms)
-- out  one row when there is one
-- uses the unique index on bark.id
SELECT 1 FROM bark
 WHERE id >= ? AND id < ? AND host = ? AND level <> 'ok' AND (monitor = 'unit') <> (? = 'unit')
   AND substr(id, 29) <> '00000001' AND abs(time - ?) <= 10000
 LIMIT 1;
