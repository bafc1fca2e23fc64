% What fails for four hours is told to somebody more, with the next reminder. Who was told before is told further on.
% A rule of mailto that fits takes the place of [routes] and mail.to: so the first one names those, too.

boss('boss@example.org').

mailto(H, Tag, 'ops@example.org') :- long(H, Tag).
mailto(H, Tag, Address) :- long(H, Tag), boss(Address).

long(H, Tag) :- during(state(H, Tag, fail), Since, Until), Since < ago(hours(4)), Until > ago(hours(0)).
