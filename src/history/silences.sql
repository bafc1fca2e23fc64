-- The silences that hold, the first to end first.
-- in   now (ms)
-- out  id, host, tag (* stands for anything), since (ms), until (ms), by, why
-- uses index silence_open
SELECT id, host, tag, since, until, "by", why FROM silence
 WHERE ended IS NULL AND until > ?
 ORDER BY until, id;
