% Machines that should be alike and are not: one has another version of something than the other.

pair(web1, web2).
same(nginx).
same(openssl).

alert(A, concat('UNLIKE ', Package), concat(Package, ' is ', Mine, ', on ', B, ' it is ', Other)) :-
    pair(A, B), same(Package),
    package(A, Package, Mine), package(B, Package, Other), Mine \= Other.
