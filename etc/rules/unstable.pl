% What failed five times in a week, and was well again each time: nobody mends what mends itself, until somebody counts.

alert(H, concat('UNSTABLE ', Tag), concat('failed ', N, ' times in a week')) :-
    aggregate_all(count, failed_at(H, Tag, _), N), N >= 5.

failed_at(H, Tag, Since) :- during(state(H, Tag, fail), Since, _), Since > ago(days(7)).
