-- Forgets what people were sent long ago.
-- in   before (ms)
DELETE FROM parcel WHERE time < ?;
