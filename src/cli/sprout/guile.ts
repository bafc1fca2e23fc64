export const guile = `#!/usr/bin/env -S guile --no-auto-compile -s
!#
;; about: how many files are in a folder
;; setting: folder = "/tmp"   folder that is looked at
;; setting: warn = 100000   files from which on it is a warning
;; every: 5min
(use-modules (ice-9 format) (ice-9 ftw) (ice-9 match) (ice-9 regex) (ice-9 textual-ports))

(define (monitor)
  (let* ((count (- (length (scandir (getenv "SHEEPDOG_FOLDER"))) 2)) ; without . and ..
         (level (if (< count (string->number (getenv "SHEEPDOG_WARN"))) "ok" "warning")))
    ;; One bark.
    (format #t "{\\"level\\": ~s, \\"summary\\": \\"~d files\\", \\"content\\": {\\"count\\": ~d}}\\n" level count count)))

(define (receive)
  (let ((found (string-match "\\"count\\": *([0-9]+)" (get-string-all (current-input-port)))))
    ;; One action a line.
    (when found (format #t "{\\"fact\\": [\\"files\\", ~a]}\\n" (match:substring found 1)))))

(match (command-line)
  ((_ "monitor") (monitor))
  ((_ "receive") (receive))
  (_ (exit 64)))
`;
