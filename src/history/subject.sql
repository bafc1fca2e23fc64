-- What is remembered of one subject, and what was told of its trouble (NULL where nothing was).
-- in   host, tag
-- out  seq, level, since (ms), newest (ms), told (level), toldsince (ms), thread, recipients (JSON array)
-- uses the unique index on subject (host, tag), and the key of told
SELECT subject.seq, subject.level, subject.since, newest,
       told.level AS told, told.since AS toldsince, thread, recipients
  FROM subject LEFT JOIN told ON told.subject = subject.seq
 WHERE host = ? AND tag = ?;
