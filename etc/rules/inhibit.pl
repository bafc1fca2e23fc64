% One cause, one mail: nobody is told of what depends on a machine that is down itself. What is still bad when that is up
% again is told then. Say here what depends on what, directly; the rest follows.

depends(web1, switch1).
depends(web2, switch1).
depends(switch1, router).

behind(H, R) :- depends(H, R).
behind(H, R) :- behind(H, S), depends(S, R).

% Something that should have come from it did not, or it does not answer. A job that fails on it is no reason.
down(R) :- state(R, _, missing).
down(R) :- state(R, 'PING', fail).

mute(H, _) :- behind(H, R), down(R).
