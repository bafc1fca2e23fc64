% A machine that wants to be started anew, and has for a week. (reboot/2 is told by the indicator `updates`.)

alert(H, 'REBOOT', concat('for a week: ', Why)) :-
    reboot(H, Why), at(reboot(H, _), ago(days(7))).
