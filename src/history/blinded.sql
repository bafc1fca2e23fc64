-- Until when nobody looked, the last time.
-- out  until (ms, or NULL)
SELECT max(until) AS until FROM blind;
