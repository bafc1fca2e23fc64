-- Until when nobody looked, the last time. What is yet to come is of a clock that was ahead.
-- in   now (ms)
-- out  until (ms, or NULL)
SELECT max(until) AS until FROM blind WHERE until <= ?;
