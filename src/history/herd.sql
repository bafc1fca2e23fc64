-- How many subjects are known, and when the newest bark came.
-- out  subjects, last (ms, or NULL when none ever came)
SELECT (SELECT count(*) FROM subject) AS subjects, (SELECT received FROM bark ORDER BY seq DESC LIMIT 1) AS last;
