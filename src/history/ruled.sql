-- What is not ok by the word of a monitor, the one that barked of it last.
-- in   monitor
-- out  host, tag, bark (id), summary
-- uses index subject_trouble
SELECT subject.host, subject.tag, bark.id AS bark, bark.summary
  FROM subject JOIN bark ON bark.seq = subject.bark
 WHERE subject.level <> 'ok' AND bark.monitor = ? AND bark.level <> 'ok'
 ORDER BY 1, 2;
