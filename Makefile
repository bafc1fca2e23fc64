# Puts a built Sheepdog in place, and takes it away again. Building is npm's: `npm run build`.
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]    with the settings of the install

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/sheepdog
SYSCONFDIR = /etc
# Where systemd and the shells look, wherever LIBDIR is.
UNITDIR = $(PREFIX)/lib/systemd/system
SYSUSERSDIR = $(PREFIX)/lib/sysusers.d
TMPFILESDIR = $(PREFIX)/lib/tmpfiles.d
BASHDIR = $(PREFIX)/share/bash-completion/completions
# Debian's zsh reads other folders for what packages bring; in /usr/local it is as everywhere.
ZSHDIR = $(PREFIX)/share/zsh/$(if $(and $(filter /usr,$(PREFIX)),$(wildcard /etc/debian_version)),vendor-completions,site-functions)
# fish looks into /usr/local only where $XDG_DATA_DIRS names it.
FISHDIR = $(if $(filter /usr/local,$(PREFIX)),$(SYSCONFDIR)/fish/completions,$(PREFIX)/share/fish/vendor_completions.d)
INSTALL = install
# Packagers: the node that runs the commands, whatever is on the path, and an env that knows -S.
NODE =
ENV = /usr/bin/env

COMMANDS = sheepdog sheepdog-handler sheepdog-mailer sheepdog-receiver sheepdog-notifier sheepdog-agent sheepdog-job sheepdog-flush sheepdog-bark sheepdog-sweep sheepdog-rounds sheepdog-indicator sheepdog-daemon
# What dist/ needs at run time: of each module what is loaded, not what it was made of.
MODULES = better-sqlite3/package.json better-sqlite3/LICENSE better-sqlite3/lib better-sqlite3/build/Release/better_sqlite3.node \
  bindings/package.json bindings/bindings.js bindings/LICENSE.md file-uri-to-path/package.json file-uri-to-path/index.js \
  file-uri-to-path/LICENSE sd-notify/package.json sd-notify/LICENSE sd-notify/index.js sd-notify/build/Release/notify.node
UNITS = $(notdir $(wildcard systemd/*.service systemd/*.socket systemd/*.timer systemd/*.path systemd/*.target))
DROPINS = $(patsubst systemd/%,%,$(wildcard systemd/sheepdog-*.d/*.conf))

home = $(LIBDIR)/sheepdog
# What is ours alone, as it is written down in $(home)/installed: an older version may have put more than this one knows.
OURS = $(addprefix $(UNITDIR)/,$(UNITS) $(DROPINS)) $(patsubst dist/man/%,$(MANDIR)/%,$(wildcard dist/man/*/*)) \
  $(SYSUSERSDIR)/sheepdog.conf $(TMPFILESDIR)/sheepdog.conf $(COMMANDS:%=$(BASHDIR)/%) $(ZSHDIR)/_sheepdog $(COMMANDS:%=$(FISHDIR)/%.fish)
# The list is not trusted: only what bears our name goes, and nothing by way of "..".
clear = if [ -e $(DESTDIR)$(home)/installed ]; then \
  sed -n '/\/\.\.\//!s|^/.*sheepdog|$(DESTDIR)&|p' $(DESTDIR)$(home)/installed | xargs rm -f || exit 1; fi; \
  rmdir $(DESTDIR)$(UNITDIR)/sheepdog-*.d 2>/dev/null || :
# What systemd does not know it cannot end.
told = if [ -e /run/systemd/system ]; then systemctl $(1) || :; fi

install:
	@test -e dist/sheepdog.cjs || { echo "make: nothing is built yet; run: npm run build" >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(home)/src/history $(DESTDIR)$(UNITDIR)
	rm -rf $(DESTDIR)$(home)/dist $(DESTDIR)$(home)/node_modules
	$(clear)
	umask 022; printf '%s\n' $(OURS) >$(DESTDIR)$(home)/installed
	$(INSTALL) -d $(DESTDIR)$(home)/dist
	cp dist/*.cjs* dist/plugin-public.d.cts $(DESTDIR)$(home)/dist/
	$(if $(NODE),sed -i -e '1s|^#!/usr/bin/env node|#!$(NODE)|' -e '1s|^#!/usr/bin/env -S node|#!$(ENV) -S $(NODE)|' $(COMMANDS:%=$(DESTDIR)$(home)/dist/%.cjs))
	# `sheepdog completion` prints them.
	for file in dist/completions/*; do $(INSTALL) -D -m 644 $$file $(DESTDIR)$(home)/$$file || exit 1; done
	$(INSTALL) -m 644 package.json $(DESTDIR)$(home)/
	$(INSTALL) -m 644 src/history/*.sql $(DESTDIR)$(home)/src/history
	for part in $(MODULES); do \
	  [ -e node_modules/$$part ] || continue; \
	  $(INSTALL) -d $(DESTDIR)$(home)/node_modules/$${part%/*} && \
	  cp -R node_modules/$$part $(DESTDIR)$(home)/node_modules/$${part%/*}/ || exit 1; \
	done
	for command in $(COMMANDS); do ln -sf $(home)/dist/$$command.cjs $(DESTDIR)$(BINDIR)/$$command || exit 1; done
	# For everybody to read, whatever the umask is, and was when it was built.
	chmod -R u+w,a+rX $(DESTDIR)$(home)
	for unit in $(UNITS); do \
	  sed 's|/usr/bin/sheepdog|$(BINDIR)/sheepdog|' systemd/$$unit >$(DESTDIR)$(UNITDIR)/$$unit && \
	  chmod 644 $(DESTDIR)$(UNITDIR)/$$unit || exit 1; \
	done
	for drop in $(DROPINS); do $(INSTALL) -D -m 644 systemd/$$drop $(DESTDIR)$(UNITDIR)/$$drop || exit 1; done
	$(INSTALL) -D -m 644 systemd/sysusers.conf $(DESTDIR)$(SYSUSERSDIR)/sheepdog.conf
	$(INSTALL) -D -m 644 systemd/tmpfiles.conf $(DESTDIR)$(TMPFILESDIR)/sheepdog.conf
	for page in dist/man/*/*; do $(INSTALL) -D -m 644 $$page $(DESTDIR)$(MANDIR)/$${page#dist/man/} || exit 1; done
	$(INSTALL) -D -m 644 dist/completions/sheepdog.bash $(DESTDIR)$(BASHDIR)/sheepdog
	$(INSTALL) -D -m 644 dist/completions/_sheepdog $(DESTDIR)$(ZSHDIR)/_sheepdog
	$(INSTALL) -D -m 644 dist/completions/sheepdog.fish $(DESTDIR)$(FISHDIR)/sheepdog.fish
	# bash and fish look for a file of the command's name.
	for command in $(filter-out sheepdog,$(COMMANDS)); do \
	  ln -sf sheepdog $(DESTDIR)$(BASHDIR)/$$command && ln -sf sheepdog.fish $(DESTDIR)$(FISHDIR)/$$command.fish || exit 1; \
	done
	for folder in plugins rules jobs nftables; do $(INSTALL) -d $(DESTDIR)$(DOCDIR)/examples/$$folder || exit 1; done
	$(INSTALL) -m 644 README.md HACKING.md CHANGELOG.md COPYING $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 etc/rules/*.pl $(DESTDIR)$(DOCDIR)/examples/rules
	$(INSTALL) -m 644 etc/jobs/*.toml $(DESTDIR)$(DOCDIR)/examples/jobs
	$(INSTALL) -m 644 etc/nftables/*.nft $(DESTDIR)$(DOCDIR)/examples/nftables
	$(INSTALL) -m 644 etc/*.* systemd/service.d/10-sheepdog.conf $(DESTDIR)$(DOCDIR)/examples
	# Programs stay such: they are tried where they lie.
	for file in etc/plugins/*; do \
	  if [ -x $$file ]; then mode=755; else mode=644; fi; \
	  $(INSTALL) -m $$mode $$file $(DESTDIR)$(DOCDIR)/examples/plugins || exit 1; \
	done
	# What somebody has configured stays.
	test -e $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml || \
	  $(INSTALL) -D -m 644 etc/sheepdog.toml $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml

# The configuration, the history, the spool and the users stay. On a machine that runs, the units are ended first.
uninstall:
	$(if $(DESTDIR),,$(call told,disable --now $(filter-out %@.service %@.timer,$(UNITS))))
	$(if $(DESTDIR),,$(call told,stop $(patsubst %,'%*',$(basename $(filter %@.service %@.timer,$(UNITS))))))
	rm -f $(addprefix $(DESTDIR),$(OURS))
	$(clear)
	for command in $(COMMANDS); do rm -f $(DESTDIR)$(BINDIR)/$$command || exit 1; done
	rm -rf $(DESTDIR)$(home) $(DESTDIR)$(DOCDIR)
	$(if $(DESTDIR),,$(call told,daemon-reload))

.PHONY: install uninstall
