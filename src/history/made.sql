-- The rounds are made.
-- in   made (ms), digest (ms)
INSERT INTO rounds (one, made, digest) VALUES (1, ?, ?)
ON CONFLICT (one) DO UPDATE
  SET made = excluded.made, digest = excluded.digest, buried = iif(digest = excluded.digest, buried, 0);
