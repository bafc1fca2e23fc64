;;; eval: what is wrong is found out before anything is built.

(use-modules (guix diagnostics) (srfi srfi-34) (srfi srfi-35))

(define (said what)
  (match what
    ((? formatted-message? message)
     (apply format #f (formatted-message-string message) (formatted-message-arguments message)))
    ((? message-condition? c) (condition-message c))
    (other (format #f "~a" other))))

(define (fault name expression)
  "Evaluate EXPRESSION, a configuration that is wrong in the way that NAME says, and what follows from it."
  (define complaint
    (catch #t
      (lambda ()
        (let ((config (eval expression
                            (let ((module (make-user-module '((gnu) (guix gexp) (sheepdog service)))))
                              module))))
          (let ((faulty (operating-system
                          (inherit os)
                          (services (cons (service service-type* config) %base-services)))))
            (check-schedules (shepherd-services faulty))
            #f)))
      (lambda (key . args)
        (string-join (map said (cons key args))))))
  (if complaint
      (say "fault ~a: found out: ~a" name
           (string-map (lambda (c) (if (char=? c #\newline) #\space c)) complaint))
      (fail "the fault ~a is not found out" name)))

(fault "unknown field" '(sheepdog-configuration (handlr? #t)))
(fault "wrong type" '(sheepdog-configuration (handler? "yes")))
(fault "wrong type of a setting" '(sheepdog-configuration (expectations '(("nightly" . "26h")))))
(fault "secret in the store" '(sheepdog-configuration (secrets `((smtp . ,(plain-file "smtp" "hunter2"))))))
(fault "bad calendar"
       '(sheepdog-configuration (indicators (list (sheepdog-indicator (name "disk") (schedule "61 * * * *"))))))
(fault "bad calendar event"
       '(sheepdog-configuration
         (timers (list (sheepdog-timer (name "x") (schedule #~(calendar-event #:hours '(25))) (command '("true")))))))
(fault "two of one name"
       '(sheepdog-configuration (indicators (list (sheepdog-indicator (name "disk")) (sheepdog-indicator (name "disk"))))))

;; Of settings Sheepdog itself is asked, when the system is built; here by whoever runs this.
(call-with-output-file "/check/out/faulty.toml"
  (lambda (port)
    (display ((@ (sheepdog toml) toml-text) '((mail (to . "you@example.org") (urii . "smtp://localhost"))
                                              (capture . "much")))
             port)))
