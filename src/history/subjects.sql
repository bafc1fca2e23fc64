-- All subjects.
-- out  host, tag
SELECT host, tag FROM subject;
