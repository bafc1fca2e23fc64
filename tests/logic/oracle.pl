% Answers questions with SWI-Prolog's tabling. A question is a line of JSON: {"program": text, "relations": ["edge/2", …],
% "tabled": ["p/2", …],
% "goal": "p(X)-[X]"}; an answer is a sorted list of lists.
:- use_module(library(http/json)).
:- use_module(library(readutil)).
:- set_prolog_flag(double_quotes, atom).
:- set_prolog_flag(verbose, silent).
:- style_check(-singleton).
:- style_check(-discontiguous).

main :-
    repeat,
    read_line_to_string(user_input, Line),
    (   Line == end_of_file
    ->  !
    ;   atom_json_dict(Line, Question, []),
        answer(Question, Answers),
        json_write_dict(current_output, Answers, [width(0)]),
        nl,
        flush_output,
        fail
    ).

answer(Question, Answers) :-
    gensym(world, World),
    catch(solved(World, Question, Answers), Error, (print_message(error, Error), Answers = error)).

solved(World, Question, Answers) :-
    add_import_module(World, user, start),
    forall(member(Name, Question.tabled),
           ( term_string(Functor/Arity, Name),
             dynamic(World:Functor/Arity),
             functor(_, Functor, Arity),
             table(World:Functor/Arity) )),
    forall(member(Name, Question.relations),
           ( term_string(Functor/Arity, Name),
             dynamic(World:Functor/Arity) )),
    setup_call_cleanup(
        open_string(Question.program, Stream),
        load_clauses(World, Stream),
        close(Stream)),
    term_string(Goal-Answer, Question.goal),
    findall(Answer, World:Goal, Found),
    sort(Found, Answers),
    abolish_all_tables.

load_clauses(World, Stream) :-
    repeat,
    read_term(Stream, Clause, [module(World)]),
    (   Clause == end_of_file
    ->  !
    ;   assertz(World:Clause),
        fail
    ).

% What texts begin and end with.
prefix(Text, Beginning) :- sub_atom(Text, 0, _, _, Beginning).
suffix(Text, End) :- sub_atom(Text, _, _, 0, End).

% Aggregates of different values: of all that there is, or of each Group that there is something of.
:- meta_predicate aggregated(?, ?, ?, ?, 0, ?).
aggregated(Group, How, Of, Own, Goal, Result) :-
    findall(Group-(Of-Own), Goal, Found),
    sort(Found, Sorted),
    findall(One, member(One-_, Sorted), Ones),
    sort(Ones, Groups),
    (   Group == []
    ->  true
    ;   member(Group, Groups)
    ),
    findall(Value, member(Group-(Value-_), Sorted), Values),
    total(How, Values, Result).

total(cou, Values, N) :- length(Values, Length), N = Length.
total(sum, Values, N) :- sum_list(Values, N).
total(max, Values, N) :- Values = [_|_], max_list(Values, N).
total(min, Values, N) :- Values = [_|_], min_list(Values, N).

:- initialization(main, main).
