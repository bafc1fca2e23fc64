-- Machines were asked for something.
-- in   id of the request, time (ms)
INSERT INTO reacted (id, time) VALUES (?, ?) ON CONFLICT (id) DO NOTHING;
