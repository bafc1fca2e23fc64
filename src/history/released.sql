-- It is on its way.
-- in   recipient, last (seq)
DELETE FROM untold WHERE recipient = ? AND seq <= ?;
