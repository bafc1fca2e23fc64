-- A spell ended sooner.
-- in   until (ms), seq
UPDATE state SET until = ? WHERE seq = ?;
