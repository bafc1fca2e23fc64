-- What is remembered of one subject.
-- in   host, tag
-- out  seq, level, since (ms), newest (ms), bark (seq), regard (JSON; NULL where nothing is)
-- uses the unique index on subject (host, tag), and the key of regard
SELECT subject.seq, level, since, newest, bark, body AS regard
  FROM subject LEFT JOIN regard ON regard.subject = subject.seq
 WHERE host = ? AND tag = ?;
