-- Whether there is such a bark.
-- in   id
-- out  one row, or none
-- uses the unique index on bark (id)
SELECT 1 FROM bark WHERE id = ?;
