;;; What package-lock.json pins, as origins: by its hash, from wherever Guix has npm's packages
;;; from.

(define-module (sheepdog lock)
  #:use-module (guix base64)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix import npm-binary) #:select (%npm-registry))
  #:use-module (ice-9 match)
  #:use-module (ice-9 string-fun)
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:export (lock-origins))

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
