-- What is known of one reaction.
-- in   tag
-- out  tag, job, args (JSON), bark (id), lasts (0 or 1), hosts (JSON), held (NULL where nobody was left out)
-- uses the key of reaction
SELECT tag, job, args, bark, lasts, hosts, held FROM reaction WHERE tag = ?;
