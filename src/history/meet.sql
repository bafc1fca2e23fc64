-- Remembers a subject that was never heard of before.
-- in   host, tag, level, since (ms), newest (ms), bark (seq)
-- out  last insert rowid: its seq
INSERT INTO subject (host, tag, level, since, newest, bark) VALUES (?, ?, ?, ?, ?, ?);
