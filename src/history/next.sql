-- When the next bark about a subject came, within a span: the index has all barks of that span.
-- in   after (ms), until (ms), host, tag
-- out  time (ms)
-- uses index bark_time
SELECT time FROM bark WHERE time > ? AND time <= ? AND host = ? AND tag = ? ORDER BY time LIMIT 1;
