-- Messages that have left, up to and with one: one writer, and they leave in order.
-- in   seq
DELETE FROM outbox WHERE seq <= ?;
