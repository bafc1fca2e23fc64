-- A trouble is over, and everybody who was told of it is told so.
-- in   subject (seq)
DELETE FROM told WHERE subject = ?;
