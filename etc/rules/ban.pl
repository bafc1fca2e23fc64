% Who tries to log in again and again on one machine of a group is kept out of all of them, for as long as their job `ban`
% says (etc/jobs). What is asked once is not asked again while it is so. (attack/3 is told by the indicator `auth`, which
% counts the failed logins of ten minutes.)

guarded(web1).
guarded(web2).
guarded(web3).

attacker(From) :- attack(H, From, N), guarded(H), N >= 20.

react(H, ban, args(address, From)) :- attacker(From), guarded(H), \+ glob(From, '*:*').
react(H, ban6, args(address, From)) :- attacker(From), guarded(H), glob(From, '*:*').
