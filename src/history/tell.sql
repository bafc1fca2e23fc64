-- Remembers what was told of a trouble that is not over.
-- in   subject (seq), level, since (ms), thread, recipients (JSON array)
INSERT INTO told (subject, level, since, thread, recipients) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (subject) DO UPDATE
   SET level = excluded.level, since = excluded.since, thread = excluded.thread, recipients = excluded.recipients;
