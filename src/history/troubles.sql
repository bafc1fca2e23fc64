-- What is not ok now, oldest first, with the newest bark about it.
-- out  host, tag, level, since (ms), summary, bark (id)
-- uses index subject_trouble
SELECT subject.host, subject.tag, subject.level, since, coalesce(summary, '') AS summary, coalesce(id, '') AS bark
  FROM subject LEFT JOIN bark ON bark.seq = subject.bark
 WHERE subject.level <> 'ok'
 ORDER BY since, subject.host, subject.tag;
