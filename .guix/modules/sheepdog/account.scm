;;; As whom Shepherd runs something.

(define-module (sheepdog account)
  #:use-module (guix gexp)
  #:export (as-user))

(define (as-user user environment)
  "The keyword arguments by which Shepherd runs a command as USER, in all groups of that user,
with that user's home in its ENVIRONMENT."
  #~(#:user #$user
     #:group (group:name (getgrgid (passwd:gid (getpwnam #$user))))
     ;; Shepherd takes those only that it is told.
     #:supplementary-groups
     (begin
       (setgrent)
       (let loop ((groups '()))
         (let ((group (getgrent)))
           (cond ((not group)
                  (endgrent)
                  groups)
                 ((member #$user (group:mem group))
                  (loop (cons (group:name group) groups)))
                 (else
                  (loop groups))))))
     #:environment-variables (user-environment-variables #$user '#$environment)))
