% A machine of which nothing was heard for a day, of whatever kind. (What rules bark about it does not count.) Whatever
% else is missing there is not told besides.

silent(H, T) :- seen(H, T), T < ago(days(1)).

alert(H, 'SILENT', concat('nothing was heard of it since ', T)) :- silent(H, T).

mute(H, Tag) :- silent(H, _), state(H, Tag, missing).
