-- What standing rules have machines do, one row for each job with its arguments, also when it is no more so: the ids of
-- what is barked of it follow from the one before. What counts is in here, and not what somebody may have barked under
-- the same name.
CREATE TABLE reaction (
  tag   TEXT    PRIMARY KEY,  -- what its barks are about
  job   TEXT    NOT NULL,
  args  TEXT    NOT NULL,     -- JSON object
  bark  TEXT    NOT NULL,     -- id of the newest one
  lasts INTEGER NOT NULL,     -- 1 while a rule says so
  hosts TEXT    NOT NULL,     -- JSON array: who has been asked, as long as it lasts
  held  TEXT                  -- why others are not asked: dry, halted, limited
) STRICT, WITHOUT ROWID;

CREATE INDEX reaction_lasts ON reaction (tag) WHERE lasts = 1;

-- When something was asked, for the limit.
CREATE TABLE reacted (
  id   TEXT    PRIMARY KEY,   -- of the request
  time INTEGER NOT NULL       -- ms since 1970, UTC
) STRICT, WITHOUT ROWID;

CREATE INDEX reacted_time ON reacted (time);

-- When all reactions were halted, by whom, and until when: `until` is NULL while they are.
CREATE TABLE halt (
  seq   INTEGER PRIMARY KEY,
  since INTEGER NOT NULL,     -- ms since 1970, UTC
  until INTEGER,
  "by"  TEXT    NOT NULL,     -- who asked for it
  why   TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX halt_open ON halt (ifnull(until, 0)) WHERE until IS NULL;
