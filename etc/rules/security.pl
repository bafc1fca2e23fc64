% Updates for security that wait for three days or more: how many, on each machine. (update/5 is told by the indicator
% `updates`.)

waits(H, Package) :-
    update(H, Package, _, _, security), at(update(H, Package, _, _, security), ago(days(3))).

alert(H, 'SECURITY', concat(N, ' updates for security wait for three days')) :-
    aggregate_all(count, waits(H, _), N), N > 0.
