#!/usr/bin/env -S guile --no-auto-compile -s
!#
;; An example in Guile. Copy it to /etc/sheepdog/plugins, chmod +x, and try it: sheepdog plugin test ./swap.scm warn=5
;;
;; about: how much of the swap is in use
;; setting: warn = 80   percent from which on it is a warning
;; setting: meminfo = "/proc/meminfo"   file that says so
;; every: 5min
(use-modules (ice-9 format) (ice-9 match) (ice-9 regex) (ice-9 textual-ports))

;; The number behind a word in a text; #f when there is none.
(define (behind word text)
  (and=> (string-match (string-append word " *([0-9]+)") text)
         (lambda (found) (string->number (match:substring found 1)))))

(define (monitor)
  (let* ((text (call-with-input-file (getenv "SHEEPDOG_MEMINFO") get-string-all))
         (total (or (behind "SwapTotal:" text) 0))
         (free (or (behind "SwapFree:" text) 0))
         (percent (if (zero? total) 0 (round (* 100 (/ (- total free) total)))))
         (level (if (< percent (string->number (getenv "SHEEPDOG_WARN"))) "ok" "warning")))
    ;; One bark.
    (format #t "{\"level\": ~s, \"summary\": \"~d% of the swap are in use\", \"content\": {\"percent\": ~d}}\n"
            level percent percent)))

(define (receive)
  (let ((percent (behind "\"percent\":" (get-string-all (current-input-port)))))
    ;; One action a line.
    (when percent (format #t "{\"fact\": [\"swap\", ~d]}\n" percent))))

(match (command-line)
  ((_ "monitor") (monitor))
  ((_ "receive") (receive))
  (_ (exit 64)))
