# Puts a built Sheepdog in place, and takes it away again. Building is npm's: `npm run build`.
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/sheepdog
SYSCONFDIR = /etc
INSTALL = install

COMMANDS = sheepdog sheepdog-handler sheepdog-mailer sheepdog-receiver sheepdog-flush sheepdog-bark sheepdog-sweep sheepdog-indicator sheepdog-daemon
# What dist/ needs at run time: of each module what is loaded, not what it was made of.
MODULES = better-sqlite3/package.json better-sqlite3/LICENSE better-sqlite3/lib better-sqlite3/build/Release/better_sqlite3.node \
  bindings/package.json bindings/bindings.js bindings/LICENSE.md file-uri-to-path/package.json file-uri-to-path/index.js \
  file-uri-to-path/LICENSE sd-notify/package.json sd-notify/LICENSE sd-notify/index.js sd-notify/build/Release/notify.node
UNITS = $(notdir $(wildcard systemd/*.service systemd/*.timer systemd/*.path systemd/*.target))
DROPINS = $(patsubst systemd/%,%,$(wildcard systemd/sheepdog-*.d/*.conf))

home = $(LIBDIR)/sheepdog
units = $(LIBDIR)/systemd/system
bash = $(PREFIX)/share/bash-completion/completions
zsh = $(PREFIX)/share/zsh/site-functions
fish = $(PREFIX)/share/fish/vendor_completions.d
# What is ours alone, as it is written down in $(home)/installed: an older version may have put more than this one knows.
OURS = $(addprefix $(units)/,$(UNITS) $(DROPINS)) $(patsubst dist/man/%,$(MANDIR)/%,$(wildcard dist/man/*/*)) \
  $(LIBDIR)/sysusers.d/sheepdog.conf $(LIBDIR)/tmpfiles.d/sheepdog.conf $(COMMANDS:%=$(bash)/%) $(zsh)/_sheepdog $(COMMANDS:%=$(fish)/%.fish)
# The list is not trusted: only what bears our name goes, and nothing by way of "..".
clear = if [ -e $(DESTDIR)$(home)/installed ]; then \
  sed -n '/\/\.\.\//!s|^/.*sheepdog|$(DESTDIR)&|p' $(DESTDIR)$(home)/installed | xargs rm -f || exit 1; fi; \
  rmdir $(DESTDIR)$(units)/sheepdog-*.d 2>/dev/null || :

install:
	@test -e dist/sheepdog.cjs || { echo "make: nothing is built yet; run: npm run build" >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(home)/src/history $(DESTDIR)$(units)
	rm -rf $(DESTDIR)$(home)/dist $(DESTDIR)$(home)/node_modules
	$(clear)
	printf '%s\n' $(OURS) >$(DESTDIR)$(home)/installed
	$(INSTALL) -d $(DESTDIR)$(home)/dist
	cp dist/*.cjs* $(DESTDIR)$(home)/dist/
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
	for unit in $(UNITS); do \
	  sed 's|/usr/bin/sheepdog|$(BINDIR)/sheepdog|' systemd/$$unit >$(DESTDIR)$(units)/$$unit && \
	  chmod 644 $(DESTDIR)$(units)/$$unit || exit 1; \
	done
	for drop in $(DROPINS); do $(INSTALL) -D -m 644 systemd/$$drop $(DESTDIR)$(units)/$$drop || exit 1; done
	$(INSTALL) -D -m 644 systemd/sysusers.conf $(DESTDIR)$(LIBDIR)/sysusers.d/sheepdog.conf
	$(INSTALL) -D -m 644 systemd/tmpfiles.conf $(DESTDIR)$(LIBDIR)/tmpfiles.d/sheepdog.conf
	for page in dist/man/*/*; do $(INSTALL) -D -m 644 $$page $(DESTDIR)$(MANDIR)/$${page#dist/man/} || exit 1; done
	$(INSTALL) -D -m 644 dist/completions/sheepdog.bash $(DESTDIR)$(bash)/sheepdog
	$(INSTALL) -D -m 644 dist/completions/_sheepdog $(DESTDIR)$(zsh)/_sheepdog
	$(INSTALL) -D -m 644 dist/completions/sheepdog.fish $(DESTDIR)$(fish)/sheepdog.fish
	# bash and fish look for a file of the command's name.
	for command in $(filter-out sheepdog,$(COMMANDS)); do \
	  ln -sf sheepdog $(DESTDIR)$(bash)/$$command && ln -sf sheepdog.fish $(DESTDIR)$(fish)/$$command.fish || exit 1; \
	done
	$(INSTALL) -d $(DESTDIR)$(DOCDIR)/examples
	$(INSTALL) -m 644 README.md CHANGELOG.md COPYING $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 etc/* systemd/service.d/10-sheepdog.conf $(DESTDIR)$(DOCDIR)/examples
	# What somebody has configured stays.
	test -e $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml || \
	  $(INSTALL) -D -m 644 etc/sheepdog.toml $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml

# The configuration, the history, the spool and the users stay.
uninstall:
	rm -f $(addprefix $(DESTDIR),$(OURS))
	$(clear)
	for command in $(COMMANDS); do rm -f $(DESTDIR)$(BINDIR)/$$command || exit 1; done
	rm -rf $(DESTDIR)$(home) $(DESTDIR)$(DOCDIR)

.PHONY: install uninstall
