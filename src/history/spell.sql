-- Keeps one spell.
-- in   host, tag, level, since (ms), until (ms; NULL while it lasts)
INSERT INTO state (host, tag, level, since, until) VALUES (?, ?, ?, ?, ?);
