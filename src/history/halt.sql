-- No rule has anything done from now on.
-- in   since (ms), by, why
INSERT INTO halt (since, "by", why) VALUES (?, ?, ?);
