-- Ends a fact that is no longer told.
-- in   until (ms), seq
UPDATE fact SET until = ? WHERE seq = ?;
