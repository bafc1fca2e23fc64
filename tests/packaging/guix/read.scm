;;; parse: all Scheme of the project reads.

(use-modules (ice-9 ftw) (srfi srfi-1))

(define (scheme-files)
  (let ((modules (string-append checkout "/.guix/modules/sheepdog")))
    `(,(string-append checkout "/guix.scm")
      ,(string-append checkout "/.guix-channel")
      ,@(map (lambda (name) (string-append checkout "/etc/guix/" name))
             (scandir (string-append checkout "/etc/guix") (lambda (name) (string-suffix? ".scm" name))))
      ,@(map (lambda (name) (string-append modules "/" name))
             (scandir modules (lambda (name) (string-suffix? ".scm" name)))))))

(define (forms file)
  (call-with-input-file file
    (lambda (port)
      (set-port-encoding! port "UTF-8")
      (let loop ((n 0))
        (if (eof-object? (read port)) n (loop (1+ n)))))))

(for-each (lambda (file)
            (catch #t
              (lambda () (say "~a: ~a forms" (string-drop file (+ 1 (string-length checkout))) (forms file)))
              (lambda (key . args) (fail "~a: ~s" file args))))
          (scheme-files))
