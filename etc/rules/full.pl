% A disk that will be full within a week, if it goes on as in the week before. (disk/4 is told by the indicator `disk`,
% which tells by itself of one that is full.)

alert(H, concat('FILLS ', Mount), concat(Used, ' of ', Size, ' used, ', Then, ' a week ago')) :-
    disk(H, Mount, Size, Used),
    at(disk(H, Mount, _, Then), ago(days(7))),
    Used > Then, Used + (Used - Then) >= Size.
