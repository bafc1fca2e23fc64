-- Keeps what was decided to be told.
-- in   id, time (ms), kind, host, tag, level, bark (id), recipients (JSON array)
INSERT INTO notice (id, time, kind, host, tag, level, bark, recipients) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
