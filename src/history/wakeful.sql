-- Subjects that the rounds must look at.
-- in   now (ms), limit, skip
-- out  host, tag
-- uses index regard_wake
SELECT host, tag FROM regard JOIN subject ON subject.seq = regard.subject WHERE wake <= ? ORDER BY wake, regard.subject LIMIT ? OFFSET ?;
