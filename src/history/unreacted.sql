-- What was asked long ago counts no more.
-- in   time (ms)
-- uses index reacted_time
DELETE FROM reacted WHERE time < ?;
