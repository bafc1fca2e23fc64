-- Silences that hold, or will.
-- in   now (ms)
-- out  id, host, tag, since (ms), until (ms), by, why
-- uses index silence_until
SELECT id, host, tag, since, until, by, why FROM silence WHERE until > ? AND ended IS NULL;
