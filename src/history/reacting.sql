-- How often machines were asked since then.
-- in   time (ms)
-- out  count
-- uses index reacted_time
SELECT count(*) AS count FROM reacted WHERE time > ?;
