-- Silences something for a while; asked again under the same id, it is the same silence, until another moment.
-- in   id, host, tag, since (ms), until (ms), by, why
INSERT INTO silence (id, host, tag, since, until, "by", why) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET until = excluded.until;
