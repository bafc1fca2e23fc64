;;; run: GNU Shepherd with what was built.

(use-modules (ice-9 popen) (srfi srfi-11) ((guix build utils) #:select (copy-recursively delete-file-recursively)))

(define (run . command)
  (unless (zero? (apply system* command))
    (fail "~{~a~^ ~}" command)))

(define (accounts os)
  (append-map (lambda (type) (contributions (operating-system-services os) type account-service-type)) (types os)))

(define (install-accounts os)
  (define all (accounts os))
  (for-each (lambda (group) (run "groupadd" "--force" "--system" (user-group-name group)))
            (filter user-group? all))
  (for-each (lambda (user)
              (run "useradd" "--system" "--no-create-home" "--gid" (user-account-group user)
                   "--groups" (string-join (user-account-supplementary-groups user) ",")
                   "--home-dir" (user-account-home-directory user)
                   "--shell" "/usr/sbin/nologin" (user-account-name user)))
            (filter (lambda (a) (and (user-account? a)
                                     (not (false-if-exception (getpwnam (user-account-name a))))))
                    all)))

;; As `activate-etc' does: what is in the store is led to.
(define (install-etc files)
  (when (file-exists? "/etc/sheepdog")
    (delete-file-recursively "/etc/sheepdog"))
  (for-each (match-lambda
              ((name file)
               (mkdir-p (dirname (string-append "/etc/" name)))
               (symlink file (string-append "/etc/" name))))
            files))

(define socket "/run/check/socket")
(mkdir "/run/check" #o700)
(define log "/check/out/shepherd.log")

(define (herd . words)
  "The exit status and the output of herd WORDS."
  (let* ((port (apply open-pipe* OPEN_READ "herd" "-s" socket words))
         (text (get-string-all port)))
    (values (status:exit-val (close-pipe port)) text)))

(define (with-shepherd conf proc)
  (when (file-exists? log) (delete-file log))
  (match (primitive-fork)
    (0 (let ((port (open log (logior O_WRONLY O_CREAT O_APPEND))))
         (dup2 (fileno port) 1)
         (dup2 (fileno port) 2)
         (execlp "shepherd" "shepherd" "-s" socket "-c" conf (string-append "--logfile=" log))))
    (pid
     (let loop ((n 100))
       (unless (file-exists? socket)
         (when (zero? n) (fail "Shepherd does not start:~%~a" (file->string log)))
         (usleep 100000)
         (loop (1- n))))
     (sleep 6)
     (let ((result (proc)))
       (herd "stop" "root")
       (waitpid pid)
       (when (file-exists? socket) (delete-file socket))
       result))))

(define (last-run name)
  "What `herd status' says when the run of timer NAME is over."
  (let loop ((n 300))
    (let-values (((_ text) (herd "status" name)))
      (if (or (string-contains text "ecent run") (zero? n))
          text
          (begin (usleep 200000) (loop (1- n)))))))

(define (judge service)
  "What is wrong with SERVICE as it runs, or #f."
  (define name (symbol->string (shepherd-service-canonical-name service)))
  (let-values (((status text) (herd "status" name)))
    (cond ((and (shepherd-service-one-shot? service)
                (or (not (zero? status)) (string-contains text "ailed")))
           (format #f "~a failed" name))
          ((shepherd-service-one-shot? service) #f)
          ((not (and (zero? status)
                     (any (lambda (word) (string-contains text word))
                          '("unning since" "active since" "It is running"))))
           (format #f "~a is not up" name))
          ((string-contains (file->string log) (string-append "Respawning " name "."))
           (format #f "~a ended, and was started again" name))
          ((timer? service)
           (herd "trigger" name)
           (let ((text (last-run name)))
             (if (string-contains text "Process exited successfully")
                 (begin (say "~a: triggered, exit 0" name) #f)
                 (format #f "~a: a run failed" name))))
          (else (say "~a: up" name) #f))))

(install-accounts os)
(install-etc files)
(for-each run scripts)
(say "accounts and folders are made")
(mkdir-p "/etc/credstore")
(call-with-output-file "/etc/credstore/sheepdog.smtp" (lambda (port) (display "hunter2" port)))
(chmod "/etc/credstore/sheepdog.smtp" #o600)
;; What the wrapped command of the example is on Guix System.
(mkdir-p "/run/current-system/profile")
(symlink "/usr/bin" "/run/current-system/profile/bin")
(symlink "/usr/sbin" "/run/current-system/profile/sbin")

(define (sheepdog . words)
  (let* ((port (apply open-pipe* OPEN_READ (string-append out "/bin/sheepdog") words))
         (text (get-string-all port)))
    (close-pipe port)
    text))

(define bad
  (with-shepherd conf
    (lambda ()
      (let ((bad (filter-map judge own-services)))
        (let-values (((status text) (herd "reload" "sheepdog-handler")))
          (unless (zero? status)
            (fail "the handler does not reload: ~a" text))
          (say "the handler reads its configuration again"))
        ;; A job that fails: from the wrapper by Redis into the history.
        (sheepdog "-t" "SEEDED" "--" "false")
        (let loop ((n 50))
          (cond ((string-contains (sheepdog "list") "SEEDED")
                 (say "a job that failed is in the history")
                 (if (string-contains (sheepdog "rules" "list") "openssl")
                     (begin (say "the rule is in force") bad)
                     (cons "the rule is not in force" bad)))
                ((zero? n) (cons "a job that failed is not in the history" bad))
                (else (usleep 200000) (loop (1- n)))))))))
(unless (equal? (stat:perms (stat "/run/sheepdog/credentials/sheepdog-mailer/smtp")) #o400)
  (fail "the mailer has no secret of its own"))
(unless (null? bad)
  (format #t "~a~%" (file->string log))
  (for-each (lambda (file) (format #t "==> ~a~%~a~%" file (file->string file)))
            (find-files "/var/log/sheepdog"))
  (fail "~{~a~^; ~}" bad))

;; A service that crashes and a job that fails are found out: the notifier leaves where there is nobody to tell.
(define broken
  (operating-system
    (inherit os)
    (services
     (cons (service service-type*
                    ((@ (sheepdog configuration) sheepdog-configuration)
                     (notifier? #t)
                     (indicators '())
                     (timers (list ((@ (sheepdog configuration) sheepdog-timer)
                                    (name "broken")
                                    (schedule "0 0 1 1 *")
                                    (command '("false")))))))
           %base-services))))
(install-etc (etc-files broken))
(for-each (lambda (drv) (run (build-or-fail drv))) (activation broken))
(define found
  (with-shepherd (build-or-fail (shepherd-conf broken))
    (lambda () (filter-map judge (shepherd-services broken)))))
(for-each (lambda (fault) (say "fault found out: ~a" fault)) found)
(unless (and (any (cut string-prefix? "sheepdog-notifier" <>) found)
             (any (cut string-prefix? "sheepdog-timer-broken" <>) found)
             (= (length found) 2))
  (fail "the service that leaves and the job that fails are not what was found out"))
