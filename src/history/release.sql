-- What one person is to be told, what matters most first.
-- in   recipient, rank at the least and at the most, limit
-- out  seq, id, kind, level, time (ms), recipients, extra, and of the bark: barkid, barktime (ms; NULL where it is not kept), body
-- uses the unique index of untold
SELECT untold.seq, notice.id, notice.kind, notice.level, notice.time, notice.recipients, notice.extra,
       notice.bark AS barkid, bark.time AS barktime, bark.body
  FROM untold JOIN notice ON notice.seq = untold.notice LEFT JOIN bark ON bark.id = notice.bark
 WHERE recipient = ? AND rank BETWEEN ? AND ? ORDER BY rank DESC, untold.seq DESC LIMIT ?;
