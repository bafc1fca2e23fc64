-- The silences that somebody asked for and whose time is not over, whether they were ended or not.
-- in   by, now (ms)
-- out  id, open (1 or 0)
SELECT id, ended IS NULL AS open FROM silence WHERE "by" = ? AND until > ?;
