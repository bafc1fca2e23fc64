-- The facts that a subject has told and that last.
-- in   host, tag
-- out  seq, relation, terms (JSON array)
-- uses index fact_open
SELECT seq, relation, terms FROM fact WHERE host = ? AND tag = ? AND until IS NULL;
