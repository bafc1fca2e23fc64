;;; Run by `guix repl' within the root.  Argument: the level.

(use-modules (ice-9 format) (ice-9 match) (ice-9 textual-ports)
             (guix) (guix derivations) (guix store) (guix ui))

(define level (string->symbol (cadr (command-line))))
(define checkout "/check/src/checkout")

(define (say fmt . args)
  (apply format #t (string-append "check-guix: " fmt "~%") args)
  (force-output))

(define (fail fmt . args)
  (force-output)
  (apply format (current-error-port) (string-append "check-guix: FAILED: " fmt "~%") args)
  (force-output (current-error-port))
  (primitive-exit 1))

(define (done wanted)
  "Leave, when no more than WANTED was asked for."
  (when (eq? level wanted)
    (primitive-exit 0)))

(define (file->string file)
  (call-with-input-file file get-string-all))

;; One for all, since it remembers what was lowered.
(define the-store (open-connection))
(set-build-options the-store #:use-substitutes? #f #:offload? #f #:max-build-jobs 1 #:build-cores 2)

(define-syntax-rule (with-guix-store store body ...)
  (let ((store the-store))
    (parameterize ((%graft? #f)) body ...)))

(define (part name)
  (load (string-append "/check/src/" name ".scm")))

(part "read")
(done 'parse)

(set! %load-should-auto-compile #t)
(define (warnings . modules)
  "What the compiler says of MODULES, which nobody has used yet."
  (call-with-output-string
    (lambda (port)
      (parameterize ((current-warning-port port))
        (for-each resolve-interface modules)))))

;; Of what nobody calls it is known only in this way whether it is right.
(let ((said (warnings '(sheepdog package) '(sheepdog service) '(sheepdog home))))
  (unless (string-contains said ";;; compiled")
    (fail "nothing was compiled, so nothing is known of it:~%~a" said))
  (when (or (string-contains said "warning:") (string-contains said "WARNING:"))
    (fail "the compiler says:~%~a" said))
  (say "compiled without a warning"))
(unless (string-contains (warnings '(seeded)) "no-such-procedure")
  (fail "the fault unbound variable is not found out"))
(say "fault unbound variable: found out")
(set! %load-should-auto-compile #f)
(part "package")
(part "services")
(part "faults")
(done 'eval)
(part "build")
(done 'build)
(part "run")
(primitive-exit 0)
