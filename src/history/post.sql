-- Puts a message where it waits to leave.
-- in   queue, body
INSERT INTO outbox (queue, body) VALUES (?, ?);
