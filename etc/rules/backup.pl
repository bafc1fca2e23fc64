% No backup went well for three days, whatever the reason: it failed, hangs, or nobody starts it. `--always` at the job
% lets every run be known, not only those that fail. Names of jobs that begin with BORG or RESTIC are meant.

backup(H, Job) :- state(H, Job, _), (prefix(Job, 'BORG'); prefix(Job, 'RESTIC')).

saved(H, Job) :- backup(H, Job), bark(_, T, H, Job, ok), T > ago(days(3)).

alert(H, concat('UNSAVED ', Job), 'no good backup for three days') :-
    backup(H, Job), \+ saved(H, Job).
