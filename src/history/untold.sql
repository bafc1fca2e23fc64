-- Somebody is to be told of it soon.
-- in   recipient, notice (seq), rank, time (ms)
INSERT INTO untold (recipient, notice, rank, time) VALUES (?, ?, ?, ?);
