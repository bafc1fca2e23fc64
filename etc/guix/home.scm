;;; A home whose own jobs are watched.  guix home reconfigure home.scm

(use-modules (gnu home)
             (gnu services)
             (guix gexp)
             (sheepdog home))

(home-environment
  (services
   (list (service home-sheepdog-service-type
                  (home-sheepdog-configuration
                   (settings '((mail (to . "you@example.org"))))
                   (timers (list (sheepdog-timer
                                  (name "photos")
                                  (schedule "0 21 * * *")
                                  (command '("rsync" "-a" "Photos/" "nas:Photos/"))
                                  (options '("--expect" "25h"))))))))))
