;;; Scheme's data as TOML: what a configuration of Sheepdog says.

(define-module (sheepdog toml)
  #:use-module (guix gexp)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (toml-file
            toml-text
            toml-table?))

(define (toml-table? value)
  "Whether VALUE stands for a table: a list of (KEY . VALUE), where KEY is a symbol or a string."
  (and (list? value)
       (every (match-lambda
                (((or (? symbol?) (? string?)) . _) #t)
                (_ #f))
              value)))

(define (quoted text)
  "TEXT as a basic string of TOML."
  (string-append
   "\""
   (string-concatenate
    (map (lambda (c)
           (cond ((memv c '(#\" #\\)) (string #\\ c))
                 ((or (char<? c #\space) (char=? c #\delete)) (format #f "\\u~4,'0x" (char->integer c)))
                 (else (string c))))
         (string->list text)))
   "\""))

(define (key name)
  (quoted (if (symbol? name) (symbol->string name) name)))

(define (inline value)
  "VALUE on one line, as a list of strings and file-like objects."
  (match value
    (#t '("true"))
    (#f '("false"))
    ((? string?) (list (quoted value)))
    ((? symbol?) (list (quoted (symbol->string value))))
    ((? exact-integer?) (list (number->string value)))
    ((? real?) (list (number->string (exact->inexact value))))
    ((? file-like?) (list "\"" value "\""))
    (() '("[]"))
    ((? toml-table?) `("{ " ,@(separated (map setting value)) " }"))
    ((? list?) `("[" ,@(separated (map inline value)) "]"))
    ((? vector?) (inline (vector->list value)))
    (_ (error "this has no form in TOML:" value))))

(define (setting entry)
  (match entry
    ((name . value) `(,(key name) " = " ,@(inline value)))))

(define (separated parts)
  (match parts
    (() '())
    ((first . rest) (append first (append-map (lambda (part) (cons ", " part)) rest)))))

(define (chunks table)
  (append-map (lambda (entry) (append (setting entry) '("\n"))) table))

(define (toml-text table)
  "TABLE as TOML, when there are no file-like objects in it."
  (string-concatenate (chunks table)))

(define (toml-file name table)
  "A file-like object: NAME, with TABLE, a list of (KEY . VALUE), as TOML.  A value is a
string, a symbol, a number, a boolean, a file-like object, a list or vector of values, or
again a table; an empty list is a list."
  (apply mixed-text-file name (chunks table)))
