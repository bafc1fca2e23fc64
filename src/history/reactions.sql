-- The reactions that last.
-- out  tag, job, args (JSON), bark (id), lasts (1), hosts (JSON), held
-- uses index reaction_lasts
SELECT tag, job, args, bark, lasts, hosts, held FROM reaction WHERE lasts = 1 ORDER BY tag;
