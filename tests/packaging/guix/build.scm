;;; build: the daemon runs the phases of the package, and builds what Shepherd and the activation read. Guix's own
;;; packages would take days; of each a stand-in is made, which leads to Debian's tools.

(use-modules (gnu services configuration) (guix base16) (guix build store-copy) (guix modules)
             (guix store database) ((guix build utils) #:select (mkdir-p))
             (srfi srfi-26) (srfi srfi-34))

(define (of-guix? drv)
  "Whether DRV is a package of Guix's, judging by what builds it."
  (and (not (member (derivation-file-name drv) (map derivation-file-name derivations)))
       (match (last (derivation-builder-arguments drv))
         ((? string? script)
          (and (string-prefix? (%store-prefix) script)
               (file-exists? script)
               (let ((text (file->string script)))
                 (any (cut string-contains text <>)
                      '("#:phases" "%build-inputs" "%build-host-inputs" "%build-target-inputs")))))
         (_ #f))))

(define (stand-in! path)
  "Make PATH a folder that leads to the machine's tools."
  (define name (string-drop (basename path) 33))
  (define (link target file)
    (when (file-exists? target)
      (mkdir-p (dirname (string-append path "/" file)))
      (symlink target (string-append path "/" file))))
  (unless (file-exists? path)
    (mkdir path)
    (cond ((string-prefix? "node-" name)
           (for-each (lambda (d) (link (string-append "/check/node/" d) d)) '("bin" "include" "lib")))
          (else
           (if (and (string-prefix? "guile-" name) (char-numeric? (string-ref name 6)))
               (begin                             ;a builder has to lie in the store itself
                 (mkdir (string-append path "/bin"))
                 (copy-file "/check/bin/guile" (string-append path "/bin/guile"))
                 (chmod (string-append path "/bin/guile") #o555))
               (link "/check/bin" "bin"))
           (link "/check/bin" "sbin")
           (link "/check/site" "share/guile/site/3.0")
           (link "/check/site-ccache" "lib/guile/3.0/site-ccache")
           (link "/usr/share/zoneinfo" "share/zoneinfo"))))
  (with-database (store-database-file) db
    (register-items db (list (store-info path #f '())) #:log-port (%make-void-port "w"))))

(define (cached drv)
  "The file in npm's cache that DRV would fetch, or #f."
  (match (derivation-outputs drv)
    (((_ . out))
     (let* ((hex (bytevector->base16-string (derivation-output-hash out)))
            (file (format #f "/check/npm-cache/_cacache/content-v2/~a/~a/~a/~a"
                          (derivation-output-hash-algo out)
                          (substring hex 0 2) (substring hex 2 4) (substring hex 4))))
       (and (file-exists? file) file)))))

(define (fetched! store drv)
  (let* ((out (derivation->output-path drv))
         (name (string-drop (basename out) 33))
         (algorithm (symbol->string (derivation-output-hash-algo (cdar (derivation-outputs drv)))))
         (file (or (cached drv) (fail "~a: npm ci does not fetch that here" name))))
    (unless (string=? out (add-to-store store name #f algorithm file))
      (fail "~a came out as something else" out))))

(define (prepare! store drv seen)
  "Have all in the store that DRV is built from, and that is not the project's own."
  (for-each
   (lambda (input)
     (let ((drv (derivation-input-derivation input)))
       (unless (hash-ref seen (derivation-file-name drv))
         (hash-set! seen (derivation-file-name drv) #t)
         (cond ((every (cut valid-path? store <>) (derivation-input-output-paths input)) #t)
               ((fixed-output-derivation? drv) (fetched! store drv))
               ((of-guix? drv)
                (for-each (match-lambda ((_ . path) (stand-in! path)))
                          (derivation->output-paths drv)))
               (else (prepare! store drv seen))))))
   (derivation-inputs drv)))

(define (build drv)
  "Build DRV, and return where it is; what its builder says is #f when that fails."
  (with-guix-store store
    (prepare! store drv (make-hash-table))
    (guard (c ((store-protocol-error? c) #f))
      (parameterize ((current-build-output-port (open-file "/check/out/build.log" "a")))
        (build-derivations store (list drv))
        (derivation->output-path drv)))))

(define (build-or-fail drv)
  (or (build drv)
      (fail "~a cannot be built:~%~a" (derivation-file-name drv)
            (let ((lines (string-split (file->string "/check/out/build.log") #\newline)))
              (string-join (take-right lines (min 40 (length lines))) "\n")))))

(define (lower object)
  (with-guix-store store
    (run-with-store store (mbegin %store-monad (set-grafting #f) (lower-object object)))))

(define out (build-or-fail (first derivations)))
(say "built ~a" out)
(for-each (lambda (file)
            (unless (file-exists? (string-append out "/" file))
              (fail "the package has no ~a" file)))
          '("bin/sheepdog" "bin/sheepdog-handler" "lib/systemd/system/sheepdog-handler.service"
            "lib/sysusers.d/sheepdog.conf" "share/man/man1/sheepdog.1.gz" "share/man/man8/sheepdog-mailer.8.gz"
            "share/bash-completion/completions/sheepdog" "share/fish/vendor_completions.d/sheepdog.fish"
            "share/zsh/site-functions/_sheepdog" "etc/sheepdog/sheepdog.toml"))

;; Where another distribution is beneath it is systemd that runs them.
(unless (string-contains (file->string (string-append out "/lib/systemd/system/sheepdog-handler.service"))
                         (string-append "\nExecStart=" out "/bin/sheepdog-handler\n"))
  (fail "the units of the package start something else"))

(define (activation os)
  "The scripts that activate what Sheepdog and Redis need in OS."
  (append-map
   (lambda (type)
     (map (lambda (action)
            (lower (program-file
                    "activate-service.scm"
                    (with-imported-modules (source-module-closure '((gnu build activation) (guix build utils)))
                      #~(begin
                          (use-modules (gnu build activation) (guix build utils))
                          #$action)))))
          (contributions (operating-system-services os) type activation-service-type)))
   (types os)))

(define (types os)
  "Sheepdog's type, and that of Redis where it is wanted."
  (filter (lambda (type) (find (lambda (s) (eq? (service-kind s) type)) (operating-system-services os)))
          (list (@ (gnu services databases) redis-service-type) service-type*)))

(define (shepherd-conf os)
  "What Shepherd reads of Sheepdog and Redis in OS.  Of the rest, what is required stands in."
  (define services
    (append-map (lambda (type) (contributions (operating-system-services os) type shepherd-root-service-type))
                (types os)))
  (define missing
    (lset-difference eq?
                     (delete-duplicates (append-map shepherd-service-requirement services))
                     (append-map shepherd-service-provision services)))
  (lower ((@@ (gnu services shepherd) shepherd-configuration-file)
          (append (map (lambda (name)
                         (shepherd-service (provision (list name)) (documentation "Stands in for the system's.")))
                       missing)
                  services)
          (shepherd-configuration-shepherd
           (service-value (fold-services (operating-system-services os)
                                         #:target-type shepherd-root-service-type))))))

(define (etc-files os)
  "A list of (NAME FILE): what Sheepdog puts below /etc in OS."
  (map (match-lambda
         ((name file)
          (list name
                (match (lower file)
                  ((? derivation? drv) (build-or-fail drv))
                  (path path)))))
       (contributions (operating-system-services os) service-type* etc-service-type)))

(define conf (build-or-fail (shepherd-conf os)))
(define scripts (map build-or-fail (activation os)))
(define files (etc-files os))
(say "built what Shepherd reads, ~a activation scripts and ~a files of /etc/sheepdog" (length scripts) (length files))

;; Settings that Sheepdog does not understand: such a system cannot be built.
(define faulty
  (lower ((@ (sheepdog files) checked-file) '((mail (too . "you@example.org"))) package)))
(if (build faulty)
    (fail "settings with an unknown key are not found out")
    (say "fault unknown setting: found out: ~a"
         (or (find (cut string-contains <> "mail.too") (string-split (file->string "/check/out/build.log") #\newline))
             (fail "and it is not said why"))))
