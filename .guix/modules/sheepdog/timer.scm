;;; What happens at a time, as timers of Shepherd's.

(define-module (sheepdog timer)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services configuration)
  #:use-module (gnu services shepherd)
  #:use-module (sheepdog account)
  #:use-module (sheepdog configuration)
  #:export (%path
            timer-service
            wrapped-service))

;; Programs that are called are those of the machine.
(define %path
  "PATH=/run/privileged/bin:/run/current-system/profile/bin:/run/current-system/profile/sbin")

(define* (timer-service name schedule command
                        #:key (requirement '()) user (environment '()) log-file folder (documentation "Run a command of Sheepdog at a time."))
  "A service of Shepherd's called NAME, a symbol, that runs COMMAND, a gexp of a list of words, whenever SCHEDULE says,
one run at a time.  @code{herd trigger NAME} runs it at once.  FOLDER is made for USER beforehand; without USER it is
whoever runs Shepherd."
  (shepherd-service
   (provision (list name))
   (requirement requirement)
   (documentation documentation)
   (modules '((shepherd service timer)))
   (start
    #~(let ((timer (make-timer-constructor
                    #$(if (string? schedule)
                          #~(cron-string->calendar-event #$schedule)
                          schedule)
                    (command #$command
                             #$@(if user (as-user user environment) #~()))
                    #$@(if log-file #~(#:log-file #$log-file) #~())
                    #:wait-for-termination? #t)))
        (lambda args
          #$@(if folder
                 #~((let ((account (getpwnam #$user)))
                      (unless (file-exists? #$folder) (mkdir #$folder))
                      (chmod #$folder #o750)
                      (chown #$folder (passwd:uid account) (passwd:gid account))))
                 #~())
          (apply timer args))))
   (stop #~(make-timer-destructor))
   (actions (list shepherd-trigger-action))))

(define* (wrapped-service timer package #:key log-folder)
  "TIMER, a <sheepdog-timer>, wrapped by PACKAGE.  Without LOG-FOLDER it is that of a home: its user is who runs it."
  (match-record timer <sheepdog-timer> (name schedule command user tag options)
    (timer-service (string->symbol (string-append "sheepdog-timer-" name)) schedule
                   #~(list #$(file-append package "/bin/sheepdog")
                           "-t" #$(if (maybe-value-set? tag) tag (string-upcase name))
                           #$@options "--" #$@command)
                   #:requirement (if log-folder '(user-processes) '())
                   #:user (and log-folder user)
                   #:environment (list %path)
                   #:log-file (and log-folder (string-append log-folder "/timer-" name ".log"))
                   #:documentation (string-append "Run " name " at a time, and bark when it fails."))))
