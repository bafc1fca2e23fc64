-- What waits to leave, oldest first.
-- in   limit
-- out  seq, queue, body
SELECT seq, queue, body FROM outbox ORDER BY seq LIMIT ?;
