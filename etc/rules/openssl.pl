% Packages that are older than they may be, wherever they are installed. Versions are compared as distributions do it.
% (package/3 is told by the indicator `packages`.)

least(openssl, '3.0.15').
least(nginx, '1.22.1').

alert(H, concat('OLD ', Package), concat(Package, ' ', Version, ' is older than ', Least)) :-
    least(Package, Least), package(H, Package, Version), \+ version_at_least(Version, Least).
