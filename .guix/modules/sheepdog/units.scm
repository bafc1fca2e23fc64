;;; What systemd/ says of the units: whoever runs Sheepdog by another supervisor reads it there, too.

(define-module (sheepdog units)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (sheepdog package)
  #:use-module (srfi srfi-1)
  #:export (unit?
            unit-name
            unit-short-name
            unit-values
            unit-value
            unit-credentials
            lasting-units
            read-unit
            users
            directories))

(define (lines file)
  "The lines of FILE that say something."
  (call-with-input-file file
    (lambda (port)
      (let loop ((lines '()))
        (match (read-line port)
          ((? eof-object?) (reverse lines))
          ((? (lambda (line) (string-match "^[[:space:]]*([#;].*)?$" line))) (loop lines))
          (line (loop (cons line lines))))))))

(define (unit? value)
  (match value
    (((? string?) . (((? string?) . (? string?)) ...)) #t)
    (_ #f)))

(define unit-name car)

(define (unit-short-name unit)
  "\"sheepdog-indicator\" of \"sheepdog-indicator@\"."
  (string-trim-right (unit-name unit) #\@))

(define (read-unit name)
  "The unit NAME, such as \"sheepdog-handler.service\": its name without the ending, and its settings in their order."
  (cons (basename name ".service")
        (filter-map (lambda (line)
                      (match (string-index line #\=)
                        (#f #f)
                        (n (cons (string-take line n) (string-drop line (+ n 1))))))
                    (lines (checkout-file (string-append "systemd/" name))))))

(define (unit-values unit key)
  "All that UNIT says of KEY, word by word."
  (append-map (match-lambda
                ((name . value) (if (string=? name key) (string-tokenize value) '())))
              (cdr unit)))

(define (unit-value unit key)
  "What UNIT says of KEY, or #f."
  (match (unit-values unit key)
    ((value . _) value)
    (() #f)))

(define (unit-credentials unit)
  "A list of (NAME . FILE): the credentials of UNIT, and what they are called in the credential store."
  (map (lambda (text)
         (match (string-split text #\:)
           ((name file) (cons name (basename file)))))
       (unit-values unit "LoadCredential")))

(define (lasting? unit)
  (not (member (unit-value unit "Type") '("oneshot" #f))))

(define (lasting-units)
  "The units that stay: sheepdog-handler and so on."
  (filter lasting?
          (map read-unit
               (scandir (checkout-file "systemd")
                        (lambda (name) (string-match "^sheepdog-[a-z]+\\.service$" name))))))

(define (words line)
  "The words of LINE, of which some may stand in quotes."
  (map match:substring (list-matches "\"[^\"]*\"|[^[:space:]]+" line)))

(define (users)
  "What systemd/sysusers.conf says, line by line, as lists of words."
  (map words (lines (checkout-file "systemd/sysusers.conf"))))

(define (directories)
  "A list of (DIRECTORY MODE USER GROUP): those of systemd/tmpfiles.conf, parents first."
  (filter-map (lambda (line)
                (match (words line)
                  (("d" directory mode user group _ ...)
                   (list directory (string->number mode 8) user group))
                  (_ #f)))
              (lines (checkout-file "systemd/tmpfiles.conf"))))
