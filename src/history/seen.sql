-- A subject was heard of and nothing changed: much the most frequent write besides the bark's own.
-- in   newest (ms), bark (seq), subject (seq)
UPDATE subject SET newest = ?, bark = ? WHERE seq = ?;
