-- More messages went to dead.
-- in   how many
UPDATE rounds SET buried = buried + ?;
