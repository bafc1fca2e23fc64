-- What facts have told of: each relation with the numbers of terms that it has among the first facts of it. Found by
-- jumps from one name to the next, not by a look at all facts.
-- out  relation, terms
-- uses index fact_value
WITH RECURSIVE name (relation) AS (
  SELECT min(relation) FROM fact
  UNION ALL
  SELECT (SELECT min(relation) FROM fact WHERE fact.relation > name.relation) FROM name WHERE relation IS NOT NULL
)
SELECT DISTINCT name.relation, json_array_length(some.terms) AS terms
  FROM name JOIN fact AS some
    ON some.seq IN (SELECT seq FROM fact WHERE fact.relation = name.relation LIMIT 200)
 ORDER BY 1, 2;
