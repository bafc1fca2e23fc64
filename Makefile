# Puts a built Sheepdog in place, and takes it away again. Building is npm's: `npm run build`.
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib
SYSCONFDIR = /etc
INSTALL = install

COMMANDS = sheepdog sheepdog-handler sheepdog-mailer sheepdog-flush sheepdog-bark sheepdog-sweep sheepdog-indicator
# What dist/ needs at run time.
MODULES = better-sqlite3 bindings file-uri-to-path sd-notify

home = $(LIBDIR)/sheepdog

install:
	@test -e dist/sheepdog.cjs || { echo "make: nothing is built yet; run: npm run build" >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(home)/dist $(DESTDIR)$(LIBDIR)/systemd/system
	cp -R dist/. $(DESTDIR)$(home)/dist/
	cp package.json $(DESTDIR)$(home)/
	$(INSTALL) -d $(DESTDIR)$(home)/src/history
	$(INSTALL) -m 644 src/history/*.sql $(DESTDIR)$(home)/src/history
	for module in $(MODULES); do \
	  [ -e node_modules/$$module ] || continue; \
	  $(INSTALL) -d $(DESTDIR)$(home)/node_modules/$$module && \
	  cp -R node_modules/$$module/. $(DESTDIR)$(home)/node_modules/$$module/ || exit 1; \
	done
	for command in $(COMMANDS); do ln -sf $(home)/dist/$$command.cjs $(DESTDIR)$(BINDIR)/$$command || exit 1; done
	for unit in systemd/*.service systemd/*.timer systemd/*.path systemd/*.target; do \
	  [ ! -e $$unit ] || sed 's|/usr/bin/sheepdog|$(BINDIR)/sheepdog|' $$unit >$(DESTDIR)$(LIBDIR)/systemd/system/$${unit##*/} || exit 1; \
	done
	for drop in systemd/sheepdog-*.d/*.conf; do \
	  $(INSTALL) -D -m 644 $$drop $(DESTDIR)$(LIBDIR)/systemd/system/$${drop#systemd/} || exit 1; \
	done
	$(INSTALL) -D -m 644 systemd/sysusers.conf $(DESTDIR)$(LIBDIR)/sysusers.d/sheepdog.conf
	$(INSTALL) -D -m 644 systemd/tmpfiles.conf $(DESTDIR)$(LIBDIR)/tmpfiles.d/sheepdog.conf

.PHONY: install
