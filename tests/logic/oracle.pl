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

:- initialization(main, main).
