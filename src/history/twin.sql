-- Whether a failure is kept of the same run of a unit, seen from the other side at about the same time: by the job's
-- own wrapper, or by who watches units. A process that the unit lost for want of memory is no failure of it.
-- Both are of the unit's user: nobody else can keep a failure from being told.
-- in   from, below, memory (texts: from <= id < below, id <> memory), host, monitor, after, before (ms), user
-- out  one row when there is one
-- uses the unique index on bark.id
SELECT 1 FROM bark
 WHERE id >= ? AND id < ? AND id <> ? AND host = ? AND level <> 'ok' AND (monitor = 'unit') <> (? = 'unit')
   AND time BETWEEN ? AND ? AND json_extract(body, '$.user') IS ?
 LIMIT 1;
