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

(define-syntax-rule (with-guix-store store body ...)
  (with-store store
    (set-build-options store #:use-substitutes? #f #:offload? #f #:max-build-jobs 1 #:build-cores 2)
    (parameterize ((%graft? #f)) body ...)))

(define (part name)
  (load (string-append "/check/src/" name ".scm")))

(part "read")
(done 'parse)
(part "package")
(part "services")
(part "faults")
(when (eq? level 'eval)
  (part "compile"))
(done 'eval)
(part "build")
(done 'build)
(part "run")
(primitive-exit 0)
