-- A bark by its row.
-- in   seq
-- out  id, time (ms), body
SELECT id, time, body FROM bark WHERE seq = ?;
