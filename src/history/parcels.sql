-- What somebody was sent of late.
-- in   recipient, since (ms)
-- out  count, first (ms)
-- uses index parcel_recipient
SELECT count(*) AS count, min(time) AS first FROM parcel WHERE recipient = ? AND time > ?;
