-- Keeps one bark; one that is known already changes nothing.
-- in   id, time (ms), received (ms), host, tag, monitor, level, summary, elapsed (s or NULL), body (JSON)
-- out  changes: 1 when it is new, 0 when it is known
-- uses the unique index on bark.id
INSERT INTO bark (id, time, received, host, tag, monitor, level, summary, elapsed, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;
