-- What somebody was sent of late, and not by a clock that was ahead.
-- in   recipient, since (ms), now (ms)
-- out  count, first (ms)
-- uses index parcel_recipient
SELECT count(*) AS count, min(time) AS first FROM parcel WHERE recipient = ? AND time > ? AND time <= ?;
