-- Ends the spell that lasts.
-- in   until (ms), host, tag
-- uses index state_open
UPDATE state SET until = ? WHERE host = ? AND tag = ? AND until IS NULL;
