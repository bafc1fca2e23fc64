;;; eval: the package.

(use-modules (gnu packages) (guix base64) (guix discovery) (guix lint) (guix packages) (json) (srfi srfi-1) (srfi srfi-26))

(define package
  (match (load* (string-append checkout "/guix.scm") (make-user-module '()))
    ((? package? package) package)
    (value (fail "guix.scm returned ~s: its last expression must be the package" value))))

(define (json-file name)
  (call-with-input-file (string-append checkout "/" name) json->scm))

(define version (assoc-ref (json-file "package.json") "version"))
(unless (equal? (package-version package) version)
  (fail "the package has version ~a, package.json says ~a" (package-version package) version))

(define derivations
  (with-guix-store store
    (map (lambda (system)
           (let ((drv (package-derivation store package system #:graft? #f)))
             (say "package for ~a: ~a" system (derivation-file-name drv))
             drv))
         '("x86_64-linux" "aarch64-linux"))))

;; Every tarball is the lock file's, by its hash.
(define (output-hash drv)
  (match (derivation-outputs drv)
    (((_ . out))
     (format #f "~a-~a" (derivation-output-hash-algo out)
             (base64-encode (derivation-output-hash out))))))

(define pinned
  (filter-map (match-lambda ((path . fields) (assoc-ref fields "integrity")))
              (assoc-ref (json-file "package-lock.json") "packages")))

(for-each (lambda (system drv)
            (let ((tarballs (filter (lambda (input)
                                      (and (fixed-output-derivation? input)
                                           (string-suffix? ".tgz" (derivation->output-path input))))
                                    (map derivation-input-derivation (derivation-inputs drv)))))
              (for-each (lambda (tarball)
                          (unless (member (output-hash tarball) pinned)
                            (fail "~a is not pinned by package-lock.json" (derivation->output-path tarball))))
                        tarballs)
              (when (null? tarballs)
                (fail "no tarballs are inputs"))
              (say "~a: ~a of the ~a tarballs of package-lock.json are inputs, and no others"
                   system (length tarballs) (length pinned))))
          '("x86_64-linux" "aarch64-linux") derivations)

;; As a channel: what it says of itself, and that its package is found by name.
(match (call-with-input-file (string-append checkout "/.guix-channel") read)
  (('channel ('version 0) ('directory directory))
   (let ((found (fold-packages cons '() (all-modules (list (string-append checkout "/" directory))))))
     (if (equal? (map package-name found) '("sheepdog"))
         (say "channel: the package ~a" (package-full-name (first found)))
         (fail "the channel has these packages: ~a" found))))
  (value (fail ".guix-channel is not understood: ~s" value)))

;; `guix lint', what of it needs no network.  `derivation' was done above; `synopsis' is filed with those that need the
;; network, and does not.
(define checkers
  (append (filter (lambda (c) (eq? (lint-checker-name c) 'synopsis)) %network-dependent-checkers)
          (remove (lambda (c) (memq (lint-checker-name c) '(derivation profile-collisions)))
                  %local-checkers)))

(define complaints
  (with-guix-store store
    (append-map (lambda (checker)
                  (if (lint-checker-requires-store? checker)
                      ((lint-checker-check checker) package #:store store)
                      ((lint-checker-check checker) package)))
                checkers)))
(for-each (lambda (warning) (say "lint: ~a" (lint-warning-message warning))) complaints)
(if (null? complaints)
    (say "lint: nothing to say")
    (fail "guix lint has ~a warnings" (length complaints)))
