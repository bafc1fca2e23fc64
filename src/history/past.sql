-- Bad spells that ended within a span, the newest first.
-- in   since (ms), until (ms), limit
-- out  host, tag, level, since (ms), until (ms)
SELECT host, tag, level, since, until FROM state
 WHERE until > ? AND until <= ? AND level <> 'ok' ORDER BY until DESC LIMIT ?;
