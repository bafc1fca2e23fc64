-- What people were told because of one bark.
-- in   bark (id)
-- out  id, time (ms), kind, recipients (JSON array)
-- uses index notice_bark
SELECT id, time, kind, recipients FROM notice WHERE bark = ? ORDER BY seq;
