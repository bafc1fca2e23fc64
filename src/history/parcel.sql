-- Somebody was sent something.
-- in   recipient, time (ms)
INSERT INTO parcel (recipient, time) VALUES (?, ?);
