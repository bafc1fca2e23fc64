-- A spell never was.
-- in   seq
DELETE FROM state WHERE seq = ?;
