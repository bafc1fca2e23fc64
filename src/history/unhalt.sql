-- Rules have things done again.
-- in   until (ms)
-- out  changes: 1 when they had not
-- uses index halt_open
UPDATE halt SET until = ? WHERE until IS NULL;
