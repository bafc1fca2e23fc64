;; What Emacs itself finds in a diary: a question (JSON) a line, an answer a line. Run by `emacs --batch -Q -l'.
(require 'diary-lib)
(require 'json)

(setq inhibit-message t
      diary-include-string "no such thing"
      diary-list-entries-hook nil
      warning-minimum-log-level :emergency
      warning-minimum-level :emergency)

(defun answer (question)
  (let-alist question
    (calendar-set-date-style (intern .style))
    (setq diary-file (make-temp-file "diary"))
    (unwind-protect
        (progn
          (let ((coding-system-for-write 'utf-8)) (write-region .diary nil diary-file nil 'quiet))
          (let ((found (diary-list-entries (list .month .day .year) .days t)))
            (json-encode
             (vconcat (mapcar (lambda (entry)
                                (let ((date (car entry)))
                                  (vector (format "%04d-%02d-%02d" (nth 2 date) (nth 0 date) (nth 1 date))
                                          (nth 1 entry))))
                              found)))))
      (let ((buffer (find-buffer-visiting diary-file))) (when buffer (kill-buffer buffer)))
      (delete-file diary-file))))

(let (line)
  (while (setq line (ignore-errors (read-from-minibuffer "")))
    (princ (concat (answer (json-parse-string line :object-type 'alist)) "\n"))))
