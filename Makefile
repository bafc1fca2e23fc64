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

COMMANDS = sheepdog sheepdog-handler sheepdog-mailer sheepdog-receiver sheepdog-flush sheepdog-bark sheepdog-sweep sheepdog-indicator
# What dist/ needs at run time: of each module what is loaded, not what it was made of.
MODULES = better-sqlite3/package.json better-sqlite3/LICENSE better-sqlite3/lib better-sqlite3/build/Release/better_sqlite3.node \
  bindings/package.json bindings/bindings.js bindings/LICENSE.md file-uri-to-path/package.json file-uri-to-path/index.js \
  file-uri-to-path/LICENSE sd-notify/package.json sd-notify/LICENSE sd-notify/index.js sd-notify/build/Release/notify.node
UNITS = $(notdir $(wildcard systemd/*.service systemd/*.timer systemd/*.path systemd/*.target))
DROPINS = $(patsubst systemd/%,%,$(wildcard systemd/sheepdog-*.d/*.conf))

home = $(LIBDIR)/sheepdog
units = $(LIBDIR)/systemd/system

install:
	@test -e dist/sheepdog.cjs || { echo "make: nothing is built yet; run: npm run build" >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(home)/src/history $(DESTDIR)$(units)
	rm -rf $(DESTDIR)$(home)/dist $(DESTDIR)$(home)/node_modules
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
	$(INSTALL) -D -m 644 dist/completions/sheepdog.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sheepdog
	$(INSTALL) -D -m 644 dist/completions/_sheepdog $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sheepdog
	$(INSTALL) -D -m 644 dist/completions/sheepdog.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sheepdog.fish
	$(INSTALL) -d $(DESTDIR)$(DOCDIR)/examples
	$(INSTALL) -m 644 README.md CHANGELOG.md COPYING $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 etc/* systemd/service.d/10-sheepdog.conf $(DESTDIR)$(DOCDIR)/examples
	# What somebody has configured stays.
	test -e $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml || \
	  $(INSTALL) -D -m 644 etc/sheepdog.toml $(DESTDIR)$(SYSCONFDIR)/sheepdog/sheepdog.toml

# The configuration, the history and the spool stay.
uninstall:
	for command in $(COMMANDS); do rm -f $(DESTDIR)$(BINDIR)/$$command $(DESTDIR)$(MANDIR)/man?/$$command.?; done
	for unit in $(UNITS) $(DROPINS); do rm -f $(DESTDIR)$(units)/$$unit; done
	for drop in $(DROPINS); do rmdir $(DESTDIR)$(units)/$${drop%/*} || :; done
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sheepdog $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sheepdog \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sheepdog.fish
	rm -f $(DESTDIR)$(MANDIR)/man5/sheepdog.toml.5
	rm -f $(DESTDIR)$(LIBDIR)/sysusers.d/sheepdog.conf $(DESTDIR)$(LIBDIR)/tmpfiles.d/sheepdog.conf
	rm -rf $(DESTDIR)$(home) $(DESTDIR)$(DOCDIR)

.PHONY: install uninstall
