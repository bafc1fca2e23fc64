-- What was barked of a subject last.
-- in   host, tag
-- out  bark (id), monitor, level, summary
-- uses the unique index on subject (host, tag)
SELECT bark.id AS bark, bark.monitor, bark.level, bark.summary
  FROM subject JOIN bark ON bark.seq = subject.bark
 WHERE subject.host = ? AND subject.tag = ?;
