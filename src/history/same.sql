-- Whether a bark that is kept under an id is this very one.
-- in   id, body (JSON)
-- out  one row when it is
-- uses the unique index on bark.id
SELECT 1 FROM bark WHERE id = ? AND body = ?;
