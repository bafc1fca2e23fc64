-- Keeps a fact that begins.
-- in   host, tag, relation, terms (JSON array), since (ms)
INSERT INTO fact (host, tag, relation, terms, since, a1, a2)
SELECT *, json_extract(terms, '$[0]'), json_extract(terms, '$[1]')
  FROM (SELECT ? AS host, ? AS tag, ? AS relation, ? AS terms, ? AS since);
