;;; The package: all commands, units, man pages, completions and the sample configuration,
;;; built of what the lock file pins.  ../../../guix.scm leads here:
;;; guix build -f guix.scm; guix shell -D -f guix.scm; guix package -f guix.scm

(define-module (sheepdog package)
  #:use-module (guix base64)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module ((guix import npm-binary) #:select (%npm-registry))
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (gnu packages base)
  #:use-module (gnu packages databases)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages node)
  #:use-module (gnu packages python)
  #:use-module (gnu packages ssh)
  #:use-module (ice-9 match)
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:export (sheepdog
            checkout-file))

(define %checkout
  (string-append (current-source-directory) "/../../.."))

(define (checkout-file name)
  "The absolute name of a file of the checkout that this is of."
  (string-append %checkout "/" name))

(define tracked?
  (or (git-predicate %checkout) (const #t)))

;;;
;;; What package-lock.json pins, as origins: by its hash, from wherever Guix has npm's
;;; packages from.
;;;

(define %architectures
  ;; What node calls them.
  '(("x86_64-linux" . "x64")
    ("aarch64-linux" . "arm64")))

(define (for-system? path fields system)
  "Whether the entry PATH of the lock file is meant for SYSTEM and its glibc."
  (define (fits? key value)
    (match (assoc-ref fields key)
      (#f #t)
      ((? vector? allowed) (member value (vector->list allowed)))))
  (and (fits? "os" "linux")
       (fits? "cpu" (assoc-ref %architectures system))
       (fits? "libc" "glibc")
       ;; Some say only by their name that they are for the other libc.
       (not (string-contains path "-musl"))))

(define (after-last folder path)
  "What stands in PATH behind the last FOLDER."
  (match (string-contains path folder)
    (#f path)
    (n (after-last folder (string-drop path (+ n (string-length folder)))))))

(define (lookup packages from name)
  "The path at which FROM, a path itself, finds the package NAME, or #f: as node looks."
  (define path
    (string-append from (if (string-null? from) "" "/") "node_modules/" name))
  (cond ((assoc-ref packages path) path)
        ((string-null? from) #f)
        (else
         (let ((above (string-length (after-last "node_modules/" from))))
           (lookup packages
                   (string-trim-right
                    (string-drop-right from (+ above (string-length "node_modules/")))
                    #\/)
                   name)))))

(define (needs fields kinds)
  (append-map (lambda (kind) (map car (or (assoc-ref fields kind) '()))) kinds))

(define (closure packages system without)
  "The paths of all that the project needs on SYSTEM to be built and tested, but for WITHOUT."
  (let loop ((wanted (map (lambda (name) (cons "" name))
                          (needs (assoc-ref packages "")
                                 '("dependencies" "devDependencies" "optionalDependencies"))))
             (found '()))
    (match wanted
      (() found)
      (((from . name) . rest)
       (let* ((path (lookup packages from name))
              (fields (and path (assoc-ref packages path))))
         (if (or (not path)
                 (member name without)
                 (member path found)
                 (not (for-system? path fields system)))
             (loop rest found)
             (loop (append (map (lambda (name) (cons path name))
                                (needs fields '("dependencies" "optionalDependencies"
                                                "peerDependencies")))
                           rest)
                   (cons path found))))))))

(define (tarball name version integrity)
  (match (string-split integrity #\-)
    (("sha512" hash)
     (origin
       (method url-fetch)
       (uri (string-append (%npm-registry) "/" name "/-/" (basename name) "-" version ".tgz"))
       (file-name (string-append "npm-"
                                 (string-replace-substring (string-trim name #\@) "/" "-")
                                 "-" version ".tgz"))
       (hash (content-hash (base64-decode hash) sha512))))))

(define* (lock-origins file system #:key (without '()))
  "Return a list of (PATH . ORIGIN): what FILE, a package-lock.json, has for SYSTEM, and where
it is to be unpacked.  The packages WITHOUT are left out, and what is needed only by them."
  (define packages
    (assoc-ref (call-with-input-file file json->scm) "packages"))
  (map (lambda (path)
         (let ((fields (assoc-ref packages path)))
           (cons path
                 (tarball (or (assoc-ref fields "name") (after-last "node_modules/" path))
                          (assoc-ref fields "version")
                          (assoc-ref fields "integrity")))))
       ;; A folder is there before what lies in it.
       (sort (closure packages system without) string<?)))


;;;
;;; The package.
;;;

(define %elsewhere
  ;; What only lint needs.  And sd-notify, which needs libsystemd: Guix has none, and where
  ;; systemd is, systemd-notify speaks for the units.
  '("@biomejs/biome" "knip" "oxlint" "oxlint-tsgolint" "sd-notify"))

(define (npm-tarballs)
  "Where each tarball is to be unpacked, for the system that is built for."
  (map (lambda (entry)
         #~(cons #$(car entry) #$(cdr entry)))
       (lock-origins (checkout-file "package-lock.json")
                     (or (%current-target-system) (%current-system))
                     #:without %elsewhere)))

(define sheepdog
  (package
    (name "sheepdog")
    (version
     (assoc-ref (call-with-input-file (checkout-file "package.json") json->scm)
                "version"))
    (source (local-file "../../.." "sheepdog-checkout"
                        #:recursive? #t
                        #:select? tracked?))
    (build-system gnu-build-system)
    (arguments
     (list
      #:modules '((guix build gnu-build-system)
                  (guix build utils)
                  (ice-9 match))
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (setenv "HOME" (getcwd))
              (for-each (match-lambda
                          ((path . tarball)
                           (mkdir-p path)
                           (invoke "tar" "-xzf" tarball "-C" path
                                   "--strip-components=1" "--no-same-owner")))
                        (list #$@(npm-tarballs)))))
          (replace 'build
            (lambda* (#:key native-inputs inputs #:allow-other-keys)
              (let* ((node (search-input-file (or native-inputs inputs) "bin/node"))
                     (home (dirname (dirname node)))
                     (gyp (string-append home "/lib/node_modules/npm/node_modules"
                                         "/node-gyp/bin/node-gyp.js")))
                (with-directory-excursion "node_modules/better-sqlite3"
                  (invoke node gyp "rebuild" "--release"
                          (string-append "--nodedir=" home)))
                (invoke node "grammar.mjs")
                (invoke node "build.mjs"))))
          (replace 'check
            (lambda* (#:key tests? #:allow-other-keys)
              (when tests?
                (invoke "node" "tests/packaging/inside.mjs"))))
          (replace 'install
            (lambda* (#:key inputs #:allow-other-keys)
              (invoke "make" "install"
                      (string-append "SHELL=" (which "bash"))
                      (string-append "PREFIX=" #$output)
                      (string-append "SYSCONFDIR=" #$output "/etc")
                      (string-append "ZSHDIR=" #$output "/share/zsh/site-functions")
                      (string-append "NODE=" (search-input-file inputs "bin/node"))
                      (string-append "ENV=" (search-input-file inputs "bin/env"))))))))
    (native-inputs (list openssh-sans-x python-minimal redis util-linux))
    (inputs (list coreutils-minimal node-lts))
    ;; There is no page of its own yet.
    (home-page "https://example.org/sheepdog")
    (synopsis "Watch a herd of machines, and tell a person once when it matters")
    (description
     "Sheepdog wraps the jobs of cron and of timers, reads indicators such as disks and
updates, and remembers what it saw in SQLite.  When a job fails a person gets one good
mail, and one more when it is well again.  Small units meet in queues: on one machine in
a spool, between machines in Redis.")
    (license license:gpl3+)))

sheepdog
