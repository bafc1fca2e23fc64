;;; Sheepdog on Guix System: Shepherd runs what stays, and starts what happens at a time.

(define-module (sheepdog service)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu packages admin)
  #:use-module (gnu services)
  #:use-module (gnu services configuration)
  #:use-module (gnu services databases)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module (ice-9 match)
  #:use-module (sheepdog account)
  #:use-module (sheepdog configuration)
  #:use-module (sheepdog credentials)
  #:use-module (sheepdog files)
  #:use-module (sheepdog timer)
  #:use-module (sheepdog units)
  #:use-module (srfi srfi-1)
  #:re-export (sheepdog-configuration
               sheepdog-indicator
               sheepdog-timer
               %standard-indicators)
  #:export (sheepdog-service-type
            sheepdog-redis-service))


;;;
;;; Which units.
;;;

(define %switches
  ;; Whether a unit that stays is wanted.
  `(("sheepdog-handler" . ,sheepdog-configuration-handler?)
    ("sheepdog-mailer" . ,sheepdog-configuration-mailer?)
    ("sheepdog-receiver" . ,sheepdog-configuration-receiver?)
    ("sheepdog-notifier" . ,sheepdog-configuration-notifier?)
    ("sheepdog-agent" . ,sheepdog-configuration-agent?)))

(define (wanted-units config)
  "The units that stay, and are wanted."
  (define units (lasting-units))
  (filter-map (match-lambda
                ((name . wanted?)
                 (and (wanted? config)
                      (or (assoc name units)
                          (error "this version of Sheepdog has no such unit:" name)))))
              %switches))

(define (passing-units config)
  "The units that start, do their work and leave."
  (append (if (sheepdog-configuration-handler? config) (list (read-unit "sheepdog-rounds.service")) '())
          (if (redis-settings config) (list (read-unit "sheepdog-flush.service")) '())
          (list (read-unit "sheepdog-indicator@.service"))))

(define (all-units config)
  (append (wanted-units config) (passing-units config)))


;;;
;;; Users and folders.
;;;

(define (sheepdog-accounts config)
  (define memberships
    (filter-map (match-lambda (("m" user group) (cons user group)) (_ #f)) (users)))
  (append-map
   (match-lambda
     (("g" name _ ...)
      (list (user-group (name name) (system? #t))))
     (("u" name _ comment home)
      (cons* (user-account
              (name name)
              (group name)
              (supplementary-groups
               (append (filter-map (match-lambda ((user . group) (and (string=? user name) group))) memberships)
                       (if (sheepdog-configuration-redis? config) '("redis") '())))
              (system? #t)
              (comment (string-trim-both comment #\"))
              (home-directory home)
              (create-home-directory? #f)
              (shell (file-append shadow "/sbin/nologin")))
             (if (string=? name "sheepdog") '() (list (user-group (name name) (system? #t))))))
     (_ '()))
   (users)))

(define (state-directory unit)
  "The folder in which UNIT keeps what it must remember, or #f.  That of one that is made many times has all in it."
  (and=> (unit-value unit "StateDirectory")
         (lambda (name) (string-append "/var/lib/" (first (string-split name #\/))))))

(define (sheepdog-activation config)
  (define folders
    (append
     ;; /etc/sheepdog is the system's, and part of the store.
     (remove (lambda (folder) (string-prefix? "/etc/" (first folder))) (directories))
     (filter-map (lambda (unit)
                   (and=> (state-directory unit)
                          (lambda (folder)
                            (let ((user (unit-value unit "User")))
                              (list folder #o750 user (or (unit-value unit "Group") user))))))
                 (all-units config))
     `(("/var/log/sheepdog" #o750 "root" "root"))
     (if (sheepdog-configuration-redis? config) '(("/run/sheepdog-redis" #o750 "redis" "redis")) '())))
  #~(begin
      (use-modules (guix build utils) (ice-9 match))
      (for-each (match-lambda
                  ((folder mode user group)
                   (mkdir-p folder)
                   (chown folder (passwd:uid (getpwnam user)) (group:gid (getgrnam group)))
                   (chmod folder mode)))
                '#$folders)))


;;;
;;; Shepherd services.
;;;

(define (environment unit)
  "What systemd would hand to UNIT."
  `(,%path
    ,(string-append "CREDENTIALS_DIRECTORY=" (credentials-of unit))
    ,@(match (state-directory unit)
        (#f '())
        (folder (list (string-append "STATE_DIRECTORY=" folder))))))

(define (requirements config)
  `(user-processes sheepdog-credentials ,@(if (sheepdog-configuration-redis? config) '(redis) '())))

(define (lasting-service unit config)
  "A unit that stays."
  (define name (unit-name unit))
  (shepherd-service
   (provision (list (string->symbol name)))
   (requirement (requirements config))
   (documentation (string-append "Run " name "(8)."))
   (start #~(make-forkexec-constructor
             (list #$(file-append (sheepdog-configuration-package config) "/bin/" name))
             #:file-creation-mask #o027
             #$@(as-user (unit-value unit "User") (environment unit))
             #:log-file #$(string-append "/var/log/sheepdog/" name ".log")))
   (stop #~(make-kill-destructor #:grace-period 45))
   ;; Away Redis is no reason to give up: it may be so for a night.
   (respawn-limit #~'(60 . 1))
   (respawn-delay 10)
   (actions
    (list (shepherd-action
           (name 'reload)
           (documentation "Read the configuration again; a wrong one is refused.")
           (procedure #~(lambda (process)
                          (kill (process-id process) SIGHUP)
                          #t)))))))

(define (passing-service unit schedule arguments config)
  "A unit that starts, does its work and leaves, at a time."
  (define name (unit-short-name unit))
  (timer-service (string->symbol name) schedule
                 #~(list #$(file-append (sheepdog-configuration-package config) "/bin/" name) #$@arguments)
                 #:requirement (requirements config)
                 #:user (unit-value unit "User")
                 #:environment (environment unit)
                 #:log-file (string-append "/var/log/sheepdog/" name ".log")))

(define (indicator-service indicator config)
  (match-record indicator <sheepdog-indicator> (name schedule user expect)
    (define unit (read-unit "sheepdog-indicator@.service"))
    (timer-service (string->symbol (string-append "sheepdog-indicator-" name)) schedule
                   #~(list #$(file-append (sheepdog-configuration-package config) "/bin/sheepdog-indicator") #$name)
                   #:requirement (requirements config)
                   #:user user
                   #:environment
                   `(,(string-append "STATE_DIRECTORY=/var/lib/sheepdog-indicator/" name)
                     ,@(if (maybe-value-set? expect) (list (string-append "SHEEPDOG_EXPECT=" expect)) '())
                     ,@(remove (lambda (one) (string-prefix? "STATE_DIRECTORY=" one)) (environment unit)))
                   #:log-file (string-append "/var/log/sheepdog/indicator-" name ".log")
                   #:folder (string-append "/var/lib/sheepdog-indicator/" name))))

(define (sheepdog-shepherd-services config)
  (append
   (list (credentials-service (all-units config) config))
   (map (lambda (unit) (lasting-service unit config)) (wanted-units config))
   (if (sheepdog-configuration-handler? config)
       (list (passing-service (read-unit "sheepdog-rounds.service") "* * * * *" '() config))
       '())
   (if (redis-settings config)
       (list (passing-service (read-unit "sheepdog-flush.service") "* * * * *" '("--until-empty") config))
       '())
   (map (lambda (indicator) (indicator-service indicator config)) (sheepdog-configuration-indicators config))
   (map (lambda (timer) (wrapped-service timer (sheepdog-configuration-package config)
                                         #:log-folder "/var/log/sheepdog"))
        (sheepdog-configuration-timers config))))


;;;
;;; The services.
;;;

(define sheepdog-redis-service
  ;; For a `sheepdog-configuration' with `redis?'.
  (service redis-service-type
           (redis-configuration (config-file "/etc/sheepdog/redis.conf"))))

(define sheepdog-service-type
  (service-type
   (name 'sheepdog)
   (extensions
    (list (service-extension account-service-type sheepdog-accounts)
          (service-extension activation-service-type sheepdog-activation)
          (service-extension etc-service-type sheepdog-etc)
          (service-extension shepherd-root-service-type sheepdog-shepherd-services)
          (service-extension profile-service-type (compose list sheepdog-configuration-package))))
   ;; Other services may have their own commands watched.
   (compose concatenate)
   (extend (lambda (config timers)
             (sheepdog-configuration
              (inherit config)
              (timers (append (sheepdog-configuration-timers config) timers)))))
   (default-value (sheepdog-configuration))
   (description "Run Sheepdog: barks, those who hear them, indicators, and commands that run at a time.")))
