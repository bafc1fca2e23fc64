-- Who is to be told of something, since when that waits, and of how much.
-- out  recipient, since (ms), count, last (seq)
SELECT recipient, min(time) AS since, count(*) AS count, max(seq) AS last FROM untold GROUP BY recipient;
