;;; The package: all commands, units, man pages, completions and the sample configuration,
;;; built of what the lock file pins.

(define-module (sheepdog package)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (gnu packages base)
  #:use-module (gnu packages databases)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages node)
  #:use-module (gnu packages python)
  #:use-module (gnu packages ssh)
  #:use-module (json)
  #:use-module (sheepdog lock)
  #:export (sheepdog
            checkout-file))

(define %checkout
  (string-append (current-source-directory) "/../../.."))

(define (checkout-file name)
  "The absolute name of a file of the checkout that this is of."
  (string-append %checkout "/" name))

(define tracked?
  (or (git-predicate %checkout) (const #t)))

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
