;;; What stands in /etc/sheepdog, checked by Sheepdog itself when it is built.

(define-module (sheepdog files)
  #:use-module (guix gexp)
  #:use-module (gnu services configuration)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module (sheepdog configuration)
  #:use-module (sheepdog package)
  #:use-module (sheepdog toml)
  #:use-module (srfi srfi-1)
  #:export (checked-file
            redis-settings
            sheepdog-etc))

(define (checked-file settings package)
  "A file-like object: sheepdog.toml with SETTINGS, which cannot be built when PACKAGE does not understand them."
  (define file (toml-file "sheepdog.toml" settings))
  (computed-file "sheepdog.toml"
                 #~(begin
                     (unless (zero? (system* #$(file-append package "/bin/sheepdog")
                                             "config" "check" "--schema" "-c" #$file))
                       (exit 1))
                     (copy-file #$file #$output))))

(define (setting settings key)
  "What SETTINGS say of KEY, a symbol or its name, or #f."
  (or (assoc-ref settings key) (assoc-ref settings (symbol->string key))))

(define (redis-settings config)
  "How Redis is reached, or #f."
  (or (setting (sheepdog-configuration-settings config) 'redis)
      (and (sheepdog-configuration-redis? config) '((socket . "/run/sheepdog-redis/redis.sock")))))

(define (with-table settings key table)
  "SETTINGS, where what KEY says begins with TABLE."
  (if (null? table)
      settings
      (let ((before (or (setting settings key) '())))
        (cons (cons key (append table before))
              (remove (lambda (entry) (member (car entry) (list key (symbol->string key)))) settings)))))

(define (all-settings config)
  "The settings, and what the fields beside them say."
  (define given (sheepdog-configuration-settings config))
  (fold (match-lambda*
          (((key . table) settings) (with-table settings key table)))
        (if (setting given 'redis) given (with-table given 'redis (or (redis-settings config) '())))
        `((expect . ,(sheepdog-configuration-expectations config))
          (indicators . ,(map (lambda (indicator)
                                (cons (sheepdog-indicator-name indicator) (table-of indicator)))
                              (sheepdog-configuration-indicators config))))))

(define (table-of indicator)
  (match (sheepdog-indicator-settings indicator)
    (() '((enabled . #t)))                       ;an empty list would be no table
    (settings settings)))

(define (redis.conf config)
  "etc/redis.conf for this machine: reached by a socket, unless more is said."
  (plain-file "redis.conf"
              (string-append
               (call-with-input-file (checkout-file "etc/redis.conf") get-string-all)
               (string-join `("# Of this system." "aclfile \"\"" "port 0" "unixsocket /run/sheepdog-redis/redis.sock"
                              "unixsocketperm 770" ,@(sheepdog-configuration-redis-settings config))
                            "\n" 'suffix))))

(define (sheepdog-etc config)
  "The files of /etc/sheepdog: it is all of the store, so what belongs there must be said in the configuration."
  (define (each entries name file)
    (map (lambda (entry) (list (name (car entry)) (file entry))) entries))
  (define (optional name file)
    (if (maybe-value-set? file) (list (list name file)) '()))
  `(("sheepdog/sheepdog.toml" ,(checked-file (all-settings config) (sheepdog-configuration-package config)))
    ,@(each (sheepdog-configuration-jobs config)
            (lambda (name) (format #f "sheepdog/jobs.d/~a.toml" name))
            (match-lambda ((name . table) (toml-file (format #f "~a.toml" name) table))))
    ,@(each (sheepdog-configuration-rules config) (lambda (name) (format #f "sheepdog/rules/~a.pl" name)) cdr)
    ,@(each (sheepdog-configuration-plugins config) (lambda (name) (format #f "sheepdog/plugins/~a" name)) cdr)
    ,@(optional "sheepdog/operators" (sheepdog-configuration-operators config))
    ,@(optional "sheepdog/allowed_signers" (sheepdog-configuration-signers config))
    ,@(if (sheepdog-configuration-redis? config) `(("sheepdog/redis.conf" ,(redis.conf config))) '())))
