% One mail for many: where ten machines have the same trouble it is told once, as of a machine called `herd`, and not of
% each. It goes by states, so the first few may have been told before it is seen that there are many; `for = "2min"` in
% [policy] waits that long.

trouble(H, Tag) :- state(H, Tag, L), L \= ok, H \= herd.

flood(Tag, N) :- aggregate_all(count, trouble(H, Tag), N), N >= 10.

alert(herd, Tag, concat(N, ' machines have it')) :- flood(Tag, N).

mute(H, Tag) :- H \= herd, flood(Tag, _).
