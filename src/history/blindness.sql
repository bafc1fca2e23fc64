-- When nobody looked, of late.
-- in   since (ms)
-- out  since (ms), until (ms)
SELECT since, until FROM blind WHERE until > ? ORDER BY since;
