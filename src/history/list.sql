-- The newest barks that fit, newest first.
-- in   :host, :tag (GLOB patterns or NULL), :level (or NULL), :since (ms), :limit
-- out  id, time (ms), body (JSON)
-- uses index bark_time backwards; host, tag and level are read off it, only what fits is looked up
SELECT id, time, body FROM bark INDEXED BY bark_time
 WHERE time >= :since
   AND (:host IS NULL OR host GLOB :host)
   AND (:tag IS NULL OR tag GLOB :tag)
   AND (:level IS NULL OR level = :level)
 ORDER BY time DESC, seq DESC
 LIMIT :limit;
