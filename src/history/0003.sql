-- What the policy remembers of a subject besides its level, as JSON (see subject.ts), and when the rounds must look at
-- it again though nothing comes (ms since 1970; NULL for never).
CREATE TABLE regard (
  subject INTEGER PRIMARY KEY REFERENCES subject (seq),
  wake    INTEGER,
  body    TEXT NOT NULL
) STRICT;

CREATE INDEX regard_wake ON regard (wake) WHERE wake IS NOT NULL;

INSERT INTO regard (subject, wake, body)
SELECT subject, 0, json_object('told', json_object('level', level, 'since', since, 'thread', thread,
                                                   'to', json(recipients), 'time', since, 'times', 0))
  FROM told;
DROP TABLE told;

-- What a notice says that its bark does not: JSON with previous, thread, remarks, text, and the bark itself where that
-- is not kept as it was judged.
ALTER TABLE notice ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';

-- What a subject was at a moment: for a bark that comes late, and for questions about then.
CREATE INDEX state_subject ON state (host, tag, since);

-- Who is still to be told of what: gathered for a moment, so that what happens together comes together.
CREATE TABLE untold (
  seq       INTEGER PRIMARY KEY,
  recipient TEXT    NOT NULL,
  notice    INTEGER NOT NULL REFERENCES notice (seq),
  rank      INTEGER NOT NULL,  -- what matters more is higher
  time      INTEGER NOT NULL,
  UNIQUE (recipient, rank, seq)
) STRICT;

-- What people were sent of late, for the cap.
CREATE TABLE parcel (
  seq       INTEGER PRIMARY KEY,
  recipient TEXT    NOT NULL,
  time      INTEGER NOT NULL
) STRICT;

CREATE INDEX parcel_recipient ON parcel (recipient, time);

-- What nobody is to be told of, from when until when: `host` and `tag` are patterns in which * stands for anything.
CREATE TABLE silence (
  seq   INTEGER PRIMARY KEY,
  id    TEXT    NOT NULL UNIQUE,
  host  TEXT    NOT NULL,
  tag   TEXT    NOT NULL,
  since INTEGER NOT NULL,  -- ms since 1970, UTC
  until INTEGER NOT NULL,
  "by"  TEXT    NOT NULL,  -- who asked for it
  why   TEXT    NOT NULL,
  ended INTEGER            -- when somebody ended it before its time
) STRICT;

CREATE INDEX silence_open ON silence (until) WHERE ended IS NULL;

-- When nobody looked: the rounds were not made.
CREATE TABLE blind (
  since INTEGER PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT;

-- One row: when the rounds were made last, and the digest; and how many messages went to dead since that.
CREATE TABLE rounds (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  made   INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  buried INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The first terms of facts, and indexes by what is asked for: a value, or a host. Columns of their own and no generated
-- ones: of those SQLite looks into the row, though the index has them.
ALTER TABLE fact ADD COLUMN a1 ANY;
ALTER TABLE fact ADD COLUMN a2 ANY;
UPDATE fact SET a1 = json_extract(terms, '$[0]'), a2 = json_extract(terms, '$[1]');
CREATE INDEX fact_value ON fact (relation, a1, a2, host, since, until);
CREATE INDEX fact_host ON fact (host, relation, a1, a2, since, until);

-- Spells of trouble: there are few of them beside those that are well.
CREATE INDEX state_trouble ON state (level, host, since, tag, until) WHERE level <> 'ok';
