-- Facts: what a subject says is true of its host, from when until when. `until` is NULL while it lasts.
CREATE TABLE fact (
  seq      INTEGER PRIMARY KEY,
  host     TEXT    NOT NULL,
  tag      TEXT    NOT NULL,
  relation TEXT    NOT NULL,
  terms    TEXT    NOT NULL,  -- JSON array
  since    INTEGER NOT NULL,  -- ms since 1970, UTC
  until    INTEGER
) STRICT;

-- Unique: a fact lasts once. It is by this that the facts of a subject are compared with what it says now.
CREATE UNIQUE INDEX fact_open ON fact (host, tag, relation, terms) WHERE until IS NULL;
