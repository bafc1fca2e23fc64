-- The spell that lasts began at another moment.
-- in   since (ms), host, tag
-- uses index state_open
UPDATE state SET since = ? WHERE host = ? AND tag = ? AND until IS NULL;
