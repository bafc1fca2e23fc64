-- When nobody looked, of late.
-- in   since (ms), until (ms)
-- out  since (ms), until (ms)
SELECT since, until FROM blind WHERE until > ? AND until <= ? ORDER BY since;
