-- Ends a silence before its time.
-- in   ended (ms), id, now (ms)
-- out  changes: 0 where there is none that lasts
UPDATE silence SET ended = ? WHERE id = ? AND ended IS NULL AND until > ?;
