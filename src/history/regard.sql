-- Remembers more of a subject than its level.
-- in   subject (seq), wake (ms or NULL), body (JSON)
INSERT INTO regard (subject, wake, body) VALUES (?, ?, ?)
ON CONFLICT (subject) DO UPDATE SET wake = excluded.wake, body = excluded.body;
