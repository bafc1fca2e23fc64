-- Nobody looked.
-- in   since (ms), until (ms)
INSERT INTO blind (since, until) VALUES (?, ?) ON CONFLICT (since) DO UPDATE SET until = excluded.until;
