-- Whether a failure is kept of the same run of a unit, seen from the other side: by the job's own wrapper, or by who
-- watches units.
-- in   from, below (texts: from <= id < below), host, monitor
-- out  one row when there is one
-- uses the unique index on bark.id
SELECT 1 FROM bark
 WHERE id >= ? AND id < ? AND host = ? AND level <> 'ok' AND (monitor = 'unit') <> (? = 'unit')
 LIMIT 1;
