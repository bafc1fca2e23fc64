-- There is no more to a subject than its level.
-- in   subject (seq)
DELETE FROM regard WHERE subject = ?;
