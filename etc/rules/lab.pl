% Machines for trying things: only what fails is told, and only to those who try. Warnings of them are no mail.

lab(H) :- host(H), glob(H, 'lab*').

mute(H, Tag) :- lab(H), state(H, Tag, warning).
mailto(H, _, 'lab@example.org') :- lab(H).
