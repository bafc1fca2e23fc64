-- Whether a bark that is kept under an id is this very one. What tells of a run of a unit has an id made of that run
-- (systemd/invocation.ts): whoever saw it, and however much of it, it is one bark. So has an alarm of the diary
-- (diary/bark.ts), however far away it is by now, and what a standing rule says (rules/alert.ts) or has
-- machines do (reaction/statement.ts), or is said of the rules (unit/ruled.ts).
-- in   id, body (JSON), host, tag, monitor
-- out  one row when it is
-- uses the unique index on bark.id
SELECT 1 FROM bark
 WHERE id = ? AND (body = ? OR (monitor IN ('unit', 'diary', 'rule', 'rules', 'reaction') AND host = ? AND tag = ? AND monitor = ?));
