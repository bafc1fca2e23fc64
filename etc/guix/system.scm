;;; A machine that watches itself, and others.  guix system reconfigure /etc/system.scm
;;; Where Sheepdog is no channel yet (etc/guix/channels.scm): guix system -L CHECKOUT/.guix/modules reconfigure …

(use-modules (gnu)
             (guix gexp)
             (sheepdog service))

(operating-system
  (host-name "shepherd")
  (timezone "Etc/UTC")
  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/sda"))))
  (file-systems (cons (file-system
                        (mount-point "/")
                        (device "/dev/sda1")
                        (type "ext4"))
                      %base-file-systems))
  (services
   (cons* sheepdog-redis-service
          (service sheepdog-service-type
                   (sheepdog-configuration
                    (redis? #t)
                    (receiver? #t)
                    ;; The password is in a file of root's, /etc/credstore/sheepdog.smtp.
                    (settings '((mail (to . "you@example.org")
                                      (uri . "smtp://sheepdog@smtp.example.org:587"))))
                    (expectations '(("nightly" (tag . "BORG-*") (host . "*") (every . "26h"))))
                    (indicators (cons (sheepdog-indicator
                                       (name "root-disk")
                                       (schedule #~(calendar-event #:minutes '(0 30)))
                                       (settings '((use . "disk") (mounts "/") (warn . "80%"))))
                                      %standard-indicators))
                    (rules `((openssl . ,(local-file "../rules/openssl.pl"))))
                    (timers (list (sheepdog-timer
                                   (name "report")
                                   (schedule "30 2 * * *")
                                   (command (list "/run/current-system/profile/bin/df" "-h"))
                                   (options '("--expect" "25h")))))))
          %base-services)))
