;;; Sheepdog in a home: a configuration of one's own, and commands that run at a time.

(define-module (sheepdog home)
  #:use-module (gnu home services)
  #:use-module (gnu home services shepherd)
  #:use-module (gnu services)
  #:use-module (sheepdog configuration)
  #:use-module (sheepdog files)
  #:use-module (sheepdog timer)
  #:use-module (srfi srfi-1)
  #:re-export (home-sheepdog-configuration
               sheepdog-timer)
  #:export (home-sheepdog-service-type))

(define (home-sheepdog-files config)
  (define settings (home-sheepdog-configuration-settings config))
  (if (null? settings)
      '()
      `(("sheepdog/sheepdog.toml"
         ,(checked-file settings (home-sheepdog-configuration-package config))))))

(define (home-sheepdog-shepherd-services config)
  (map (lambda (timer) (wrapped-service timer (home-sheepdog-configuration-package config)))
       (home-sheepdog-configuration-timers config)))

(define home-sheepdog-service-type
  (service-type
   (name 'home-sheepdog)
   (extensions
    (list (service-extension home-profile-service-type (compose list home-sheepdog-configuration-package))
          (service-extension home-xdg-configuration-files-service-type home-sheepdog-files)
          (service-extension home-shepherd-service-type home-sheepdog-shepherd-services)))
   (compose concatenate)
   (extend (lambda (config timers)
             (home-sheepdog-configuration
              (inherit config)
              (timers (append (home-sheepdog-configuration-timers config) timers)))))
   (default-value (home-sheepdog-configuration))
   (description "Wrap commands that run at a time in a home, and bark when they fail.")))
