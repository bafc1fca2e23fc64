-- Keeps a fact that begins.
-- in   host, tag, relation, terms (JSON array), since (ms)
INSERT INTO fact (host, tag, relation, terms, since) VALUES (?, ?, ?, ?, ?);
