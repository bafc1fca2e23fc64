-- What is known of a reaction from now on.
-- in   tag, job, args (JSON), bark (id), lasts (0 or 1), hosts (JSON), held
INSERT INTO reaction (tag, job, args, bark, lasts, hosts, held) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tag) DO UPDATE SET bark = excluded.bark, lasts = excluded.lasts, hosts = excluded.hosts, held = excluded.held;
