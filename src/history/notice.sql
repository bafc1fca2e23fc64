-- Keeps what was decided to be told.
-- in   id, time (ms), kind, host, tag, level, bark (id), recipients (JSON array), extra (JSON)
-- out  changes: 0 when it was decided before; last insert rowid: its seq
INSERT INTO notice (id, time, kind, host, tag, level, bark, recipients, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;
