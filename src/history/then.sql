-- The spell that a moment falls into.
-- in   host, tag, moment (ms), moment (ms)
-- out  seq, level, since (ms), until (ms; NULL while it lasts)
-- uses index state_subject
SELECT seq, level, since, until FROM state
 WHERE host = ? AND tag = ? AND since <= ? AND (until > ? OR until IS NULL)
 ORDER BY since DESC LIMIT 1;
