-- What must come, and by when, what is due first at the top.
-- out  host, tag, level, due (ms), last (ms; NULL where it never came)
SELECT host, tag, level, json_extract(body, '$.due') AS due, nullif(newest, 0) AS last
  FROM regard JOIN subject ON subject.seq = regard.subject
 WHERE json_extract(body, '$.due') IS NOT NULL
 ORDER BY due, host, tag;
