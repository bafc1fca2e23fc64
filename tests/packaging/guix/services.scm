;;; eval: the services, in a whole operating system.

(use-modules (gnu) (gnu services) (gnu services shepherd) (gnu home) (gnu home services)
             (gnu home services shepherd) (gnu system) (gnu system accounts) (gnu system shadow)
             (guix monads) (ice-9 pretty-print) (srfi srfi-1) (srfi srfi-19))

(define service-type* (module-ref (resolve-interface '(sheepdog service)) 'sheepdog-service-type))
(define home-service-type* (module-ref (resolve-interface '(sheepdog home)) 'home-sheepdog-service-type))

(define (system-of file)
  (match (load* file (make-user-module '()))
    ((? operating-system? os) os)
    (value (fail "~a is no operating system but ~s" file value))))

(define (shepherd-services os)
  "What Sheepdog gives to Shepherd in OS, when that is right as a whole: nothing is provided twice, and all that is
required is there."
  (define services (operating-system-services os))
  ((@@ (gnu services shepherd) assert-valid-graph)
   (shepherd-configuration-services
    (service-value (fold-services services #:target-type shepherd-root-service-type))))
  (contributions services service-type* shepherd-root-service-type))

(define (contributions services type target)
  "What the services of TYPE give to TARGET, a service type, as a list."
  (define value (service-value (fold-services services #:target-type type)))
  (append-map (lambda (extension)
                (if (eq? (service-extension-target extension) target)
                    (match ((service-extension-compute extension) value)
                      ((? list? all) all)
                      (one (list one)))
                    '()))
              (service-type-extensions type)))

(define (timer? service)
  (member '(shepherd service timer) (shepherd-service-modules service)))

(define (code gexp)
  "GEXP as Shepherd will read it."
  (with-guix-store store
    (lowered-gexp-sexp
     (run-with-store store
       (mbegin %store-monad
         (set-grafting #f)
         (lower-gexp gexp))))))

(define timer-module
  ;; What a schedule is evaluated in.
  (let ((module (make-fresh-user-module)))
    (for-each (lambda (name) (module-use! module (resolve-interface name)))
              '((shepherd service) (shepherd service timer) (srfi srfi-1)))
    module))

(define (schedules code)
  "The calendar events in CODE.  What is none is an error."
  (match code
    (((or 'cron-string->calendar-event 'calendar-event) _ ...) (list (eval code timer-module)))
    ((head . tail) (append (schedules head) (schedules tail)))
    (_ '())))

(define (next event)
  ((@ (shepherd service timer) next-calendar-event) event (current-date 0)))

(define (check-schedules services)
  (for-each (lambda (service)
              (match (schedules (code (shepherd-service-start service)))
                (() (error "a timer without a schedule:" (shepherd-service-canonical-name service)))
                (events (for-each (lambda (event)
                                    (say "timer ~a: next ~a" (shepherd-service-canonical-name service)
                                         (date->string (next event) "~a ~Y-~m-~d ~H:~M:~S")))
                                  events))))
            (filter timer? services)))

(define os (system-of (string-append checkout "/etc/guix/system.scm")))
(define own-services (shepherd-services os))

(unless (every (lambda (service)
                 (or (shepherd-service-one-shot? service)
                     (string-contains (format #f "~s" (code (shepherd-service-start service))) "#:log-file")))
               own-services)
  (fail "a service has no log file, so nothing of it is rotated"))
(for-each (lambda (service)
            (say "service ~a~a" (shepherd-service-canonical-name service)
                 (if (timer? service) ", a timer" "")))
          own-services)
(check-schedules own-services)

(for-each (lambda (type)
            (unless (service-type-description type)
              (fail "~a has no description" (service-type-name type))))
          (list service-type* home-service-type*))

(with-guix-store store
  (define (lowered monadic)
    (derivation-file-name
     (run-with-store store (mbegin %store-monad (set-grafting #f) monadic))))
  (say "whole system: ~a" (lowered (operating-system-derivation os)))
  (say "whole home: ~a"
       (lowered (home-environment-derivation
                 (load* (string-append checkout "/etc/guix/home.scm") (make-user-module '()))))))

;; What Sheepdog itself is asked about, outside.
(define (settings-text os)
  (define config
    (service-value (fold-services (operating-system-services os) #:target-type service-type*)))
  ((@ (sheepdog toml) toml-text) ((@@ (sheepdog files) all-settings) config)))

(call-with-output-file "/check/out/system.toml"
  (lambda (port) (display (settings-text os) port)))
