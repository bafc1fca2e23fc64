;;; ~/.config/guix/channels.scm, then: guix pull.  The address is where your copy of Sheepdog's repository is.

(cons (channel
       (name 'sheepdog)
       (url "https://example.org/sheepdog.git")
       (branch "main"))
      %default-channels)
