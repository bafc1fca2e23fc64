-- Keeps what was decided to be told.
-- out  changes: 0 when it was decided before
-- in   id, time (ms), kind, host, tag, level, bark (id), recipients (JSON array)
INSERT INTO notice (id, time, kind, host, tag, level, bark, recipients) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;
