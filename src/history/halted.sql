-- Since when no rule has anything done, where that is so.
-- out  since (ms), by, why
-- uses index halt_open
SELECT since, "by", why FROM halt WHERE until IS NULL;
