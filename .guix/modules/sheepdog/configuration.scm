;;; What can be configured of Sheepdog on Guix System, and in a home.

(define-module (sheepdog configuration)
  #:use-module (guix gexp)
  #:use-module (gnu services configuration)
  #:use-module (sheepdog package)
  #:use-module (sheepdog toml)
  #:use-module (srfi srfi-1)
  #:export (sheepdog-configuration
            sheepdog-configuration?
            sheepdog-configuration-package
            sheepdog-configuration-handler?
            sheepdog-configuration-mailer?
            sheepdog-configuration-receiver?
            sheepdog-configuration-notifier?
            sheepdog-configuration-agent?
            sheepdog-configuration-redis?
            sheepdog-configuration-redis-settings
            sheepdog-configuration-indicators
            sheepdog-configuration-expectations
            sheepdog-configuration-timers
            sheepdog-configuration-jobs
            sheepdog-configuration-rules
            sheepdog-configuration-plugins
            sheepdog-configuration-operators
            sheepdog-configuration-signers
            sheepdog-configuration-secrets
            sheepdog-configuration-credential-store
            sheepdog-configuration-settings
            <sheepdog-indicator>
            sheepdog-indicator
            sheepdog-indicator?
            sheepdog-indicator-name
            sheepdog-indicator-schedule
            sheepdog-indicator-user
            sheepdog-indicator-expect
            sheepdog-indicator-settings
            <sheepdog-timer>
            sheepdog-timer
            sheepdog-timer?
            sheepdog-timer-name
            sheepdog-timer-schedule
            sheepdog-timer-command
            sheepdog-timer-user
            sheepdog-timer-tag
            sheepdog-timer-options
            home-sheepdog-configuration
            home-sheepdog-configuration?
            home-sheepdog-configuration-package
            home-sheepdog-configuration-timers
            home-sheepdog-configuration-settings
            %standard-indicators))

(define (schedule? value)
  (or (string? value) (gexp? value)))

(define (word? value)
  (or (string? value) (file-like? value) (gexp? value)))
(define list-of-words? (list-of word?))

(define (tables? value)
  "A table of tables, each with a name."
  (and (toml-table? value) (every (lambda (entry) (toml-table? (cdr entry))) value)))

(define (files? value)
  "A list of (NAME . FILE), where FILE is file-like."
  (and (toml-table? value) (every (lambda (entry) (file-like? (cdr entry))) value)))

(define (secrets? value)
  "A list of (NAME . FILE), where FILE is no part of the store, which everybody may read."
  (and (toml-table? value) (every (lambda (entry) (string? (cdr entry))) value)))

(define-maybe/no-serialization string)
(define-maybe/no-serialization file-like)

(define-configuration/no-serialization sheepdog-indicator
  (name (string) "What is watched: the name of a plugin, or of a table that says @code{use} in its settings.")
  (schedule (schedule "*/5 * * * *")
            "When it is read: a string as Vixie cron has it, or a gexp of a calendar event of Shepherd's.")
  (user (string "sheepdog") "The user that reads it.")
  (expect maybe-string
          "Within which span the next reading is due, such as @code{\"15min\"}; else nobody misses it.")
  (settings (toml-table '()) "Settings of the plugin, as @command{sheepdog plugin show NAME} tells them."))

(define-configuration/no-serialization sheepdog-timer
  (name (string) "Name of the timer: its service is @code{sheepdog-timer-NAME}.")
  (schedule (schedule) "When it runs: a string as Vixie cron has it, or a gexp of a calendar event of Shepherd's.")
  (command (list-of-words) "What runs: a program and its arguments, without a shell in between.")
  (user (string "root") "The user that runs it.")
  (tag maybe-string "What it is called in barks; when absent its name in capitals.")
  (options (list-of-strings '())
           "More options of @command{sheepdog}, such as @code{'(\"--expect\" \"26h\" \"--timeout\" \"2h\")}."))

(define (list-of-indicators? value)
  (and (list? value) (every sheepdog-indicator? value)))
(define (list-of-timers? value)
  (and (list? value) (every sheepdog-timer? value)))

(define %standard-indicators
  ;; The standard set, but for what asks systemd.
  (map (lambda (entry)
         (sheepdog-indicator (name (first entry)) (schedule (second entry)) (expect (third entry))))
       '(("disk" "*/5 * * * *" "15min")
         ("load" "*/5 * * * *" "15min")
         ("machine" "7 * * * *" "3h")
         ("memory" "*/5 * * * *" "15min")
         ("packages" "23 * * * *" "3h")
         ("ping" "*/5 * * * *" "15min")
         ("time" "*/15 * * * *" "45min")
         ("updates" "41 6 * * *" "27h"))))

(define-configuration/no-serialization sheepdog-configuration
  (package (file-like sheepdog) "The package to use.")
  (handler? (boolean #t)
            "Whether barks are remembered and judged here.  A machine that only barks leaves that to another one.")
  (mailer? (boolean #t) "Whether mail leaves from here.")
  (receiver? (boolean #f) "Whether barks are handed to plugins that are programs.")
  (notifier? (boolean #f) "Whether people are told by other ways than mail: the tables @code{receivers} of the settings.")
  (agent? (boolean #f) "Whether this machine runs jobs for those whose signature it trusts.")
  (redis? (boolean #f)
          "Whether a Redis of this machine carries the barks: @file{/etc/sheepdog/redis.conf} is put in place for
@code{redis-service-type}, and the units wait for it.  One machine alone needs none.")
  (redis-settings (list-of-strings '())
                  "More lines for that @file{redis.conf}, such as those that let other machines in.")
  (indicators (list-of-indicators %standard-indicators) "What is watched on this machine.")
  (expectations (tables '())
                "What must come: a list of @code{(NAME . TABLE)}, where the table has the keys of @code{[expect.NAME]}.")
  (timers (list-of-timers '()) "Commands that run at a time, wrapped by @command{sheepdog}.")
  (jobs (tables '())
        "What the agent may run: a list of @code{(NAME . TABLE)}, each a file in @file{/etc/sheepdog/jobs.d}.")
  (rules (files '()) "Standing rules: a list of @code{(NAME . FILE)}, each @file{/etc/sheepdog/rules/NAME.pl}.")
  (plugins (files '()) "Plugins: a list of @code{(NAME . FILE)}, each @file{/etc/sheepdog/plugins/NAME}.")
  (operators maybe-file-like "Whose signature the handler obeys, as @command{ssh-keygen} has it under ALLOWED SIGNERS.")
  (signers maybe-file-like "Whose jobs the agent runs, in the same form.")
  (secrets (secrets '())
           "Files with secrets, by the names of the credentials: @code{'((smtp . \"/root/secrets/smtp\"))}.  They
are root's, and each unit is handed a copy of what is its own.")
  (credential-store (string "/etc/credstore")
                    "Where the other credentials are: @file{sheepdog.smtp}, @file{sheepdog.redis} and so on.")
  (settings (toml-table '())
            "All that @command{sheepdog config show} tells, as a list of @code{(KEY . VALUE)}; a table is such a list
again.  It is checked when the system is built."))

(define-configuration/no-serialization home-sheepdog-configuration
  (package (file-like sheepdog) "The package to use.")
  (timers (list-of-timers '()) "Commands that run at a time, wrapped by @command{sheepdog}; their user is yours.")
  (settings (toml-table '())
            "What stands in @file{~/.config/sheepdog/sheepdog.toml}, as for the system.  Empty: the system's holds."))
