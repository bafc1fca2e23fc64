;;; Secrets: what systemd hands to units as credentials.

(define-module (sheepdog credentials)
  #:use-module (guix gexp)
  #:use-module (gnu services shepherd)
  #:use-module (ice-9 match)
  #:use-module (sheepdog configuration)
  #:use-module (sheepdog units)
  #:export (credentials-of
            credentials-service))

(define %credentials "/run/sheepdog/credentials")

(define (credentials-of unit)
  "The folder with the secrets of UNIT."
  (string-append %credentials "/" (unit-short-name unit)))

(define (credentials-service units config)
  "Hands each of UNITS the secrets that are its own, as LoadCredential= does."
  (define given (sheepdog-configuration-secrets config))
  (define (source name file)
    (or (assoc-ref given (string->symbol name))
        (assoc-ref given name)
        (string-append (sheepdog-configuration-credential-store config) "/" file)))
  (define loads
    (map (lambda (unit)
           (cons* (credentials-of unit)
                  (unit-value unit "User")
                  (map (match-lambda ((name . file) (cons name (source name file))))
                       (unit-credentials unit))))
         units))
  (shepherd-service
   (provision '(sheepdog-credentials))
   (requirement '(user-processes))
   (documentation "Hand the units of Sheepdog their secrets.  After one has changed: herd restart sheepdog-credentials.")
   (one-shot? #t)
   (modules `((ice-9 match) (ice-9 ftw) (guix build utils) ,@%default-modules))
   (start
    (with-imported-modules '((guix build utils))
      #~(lambda _
          (define (hand! file target user)
            (copy-file file target)
            (chmod target #o400)
            (chown target (passwd:uid user) (passwd:gid user)))
          (mkdir-p #$%credentials)
          (for-each
           (match-lambda
             ((folder user . credentials)
              (let ((user (getpwnam user)))
                (when (file-exists? folder) (delete-file-recursively folder))
                (mkdir folder #o500)
                (chown folder (passwd:uid user) (passwd:gid user))
                (for-each
                 (match-lambda
                   ((name . file)
                    (cond ((not (file-exists? file)) #f)
                          ((file-is-directory? file)
                           (for-each (lambda (one)
                                       (hand! (string-append file "/" one)
                                              (string-append folder "/" name "_" one) user))
                                     (scandir file (lambda (one) (not (string-prefix? "." one))))))
                          (else (hand! file (string-append folder "/" name) user)))))
                 credentials))))
           '#$loads)
          #t)))))
