;;; guix build -f guix.scm; guix shell -D -f guix.scm; guix package -f guix.scm
;;; The package and the services are in .guix/modules/sheepdog; etc/guix/system.scm shows how a machine uses them.

(let ((modules (string-append (dirname (current-filename)) "/.guix/modules")))
  (set! %load-path (cons modules %load-path)))

(module-ref (resolve-interface '(sheepdog package)) 'sheepdog)
