-- When the rounds were made last.
-- out  made (ms), digest (ms)
SELECT made, digest FROM rounds;
