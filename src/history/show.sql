-- Barks whose id begins with a prefix.
-- in   from, below (texts: from <= id < below), limit
-- out  id, time (ms), received (ms), body (JSON)
-- uses the unique index on bark.id
SELECT id, time, received, body FROM bark WHERE id >= ? AND id < ? ORDER BY id LIMIT ?;
