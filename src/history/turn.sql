-- A subject has another level than before.
-- in   level, since (ms), newest (ms), bark (seq), subject (seq)
UPDATE subject SET level = ?, since = ?, newest = ?, bark = ? WHERE seq = ?;
