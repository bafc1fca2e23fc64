% Somebody tries to log in, and not by mistake. (attack/3 is told by the indicator `auth`.)

alert(H, 'ATTACK', concat(N, ' attempts to log in from ', From)) :-
    attack(H, From, N), N >= 1000.
