;;; What the compiler warns of: a variable that there is not, in a procedure that nobody calls.

(define-module (seeded))

(define (bark)
  (no-such-procedure))
