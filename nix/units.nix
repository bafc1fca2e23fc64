# The units as systemd/ has them, for NixOS: read where they stand, so that they cannot drift.
{ lib }:
let
  folder = ../systemd;

  # "Key=value" of a line. What is a comment, or empty, is none.
  assignment =
    line:
    let
      parts = builtins.match "([A-Za-z]+)=(.*)" line;
    in
    lib.optional (parts != null) {
      name = builtins.elemAt parts 0;
      value = builtins.elemAt parts 1;
    };

  # A key that stands more than once is a list, in its order.
  gather =
    lines:
    lib.zipAttrsWith (_: values: if builtins.length values == 1 then builtins.head values else values) (
      map (one: { ${one.name} = one.value; }) (lib.concatMap assignment lines)
    );

  # { Unit = { Description = …; }; Service = { … }; }
  parse =
    text:
    (lib.foldl'
      (
        { section, sections }:
        line:
        let
          head = builtins.match "\\[([A-Za-z]+)]" line;
        in
        if head != null then
          {
            section = builtins.head head;
            inherit sections;
          }
        else if section == null then
          { inherit section sections; }
        else
          {
            inherit section;
            sections = sections // {
              ${section} = (sections.${section} or [ ]) ++ [ line ];
            };
          }
      )
      {
        section = null;
        sections = { };
      }
      (lib.splitString "\n" text)
    ).sections;

  sections = name: lib.mapAttrs (_: gather) (parse (builtins.readFile (folder + "/${name}")));

  # The names of all units with this ending, without it.
  named =
    ending:
    map (lib.removeSuffix ending) (
      builtins.filter (lib.hasSuffix ending) (builtins.attrNames (builtins.readDir folder))
    );

  words = value: lib.concatMap (lib.splitString " ") (lib.toList value);

  # What NixOS has options for, so that more can be said by these.
  relations = {
    After = "after";
    Before = "before";
    Conflicts = "conflicts";
    Documentation = "documentation";
    PartOf = "partOf";
    Requires = "requires";
    Wants = "wants";
  };

  # As systemd.services, systemd.timers and so on have it. `own` is the section of this kind of unit.
  unit =
    {
      ending,
      own ? null,
    }:
    name:
    let
      said = sections "${name}${ending}";
      about = said.Unit or { };
    in
    {
      description = about.Description;
      # A template is wanted only with an instance.
      wantedBy = lib.optionals (!lib.hasSuffix "@" name) (words (said.Install.WantedBy or [ ]));
      unitConfig = removeAttrs about ([ "Description" ] ++ builtins.attrNames relations);
    }
    // lib.mapAttrs' (key: option: lib.nameValuePair option (words (about.${key} or [ ]))) relations
    // lib.optionalAttrs (own != null) { ${lib.toLower own + "Config"} = said.${own}; };

  all = kind: lib.genAttrs (named kind.ending) (unit kind);
in
{
  services = all {
    ending = ".service";
    own = "Service";
  };
  timers = all {
    ending = ".timer";
    own = "Timer";
  };
  paths = all {
    ending = ".path";
    own = "Path";
  };
  sockets = all {
    ending = ".socket";
    own = "Socket";
  };
  targets = all { ending = ".target"; };

  # { sheepdog-mailer = { about = "Sheepdog mailer"; home = "/var/lib/sheepdog-mailer"; groups = [ "sheepdog" ]; }; }
  users =
    let
      lines = lib.splitString "\n" (builtins.readFile (folder + "/sysusers.conf"));
      matching = form: builtins.filter (found: found != null) (map (builtins.match form) lines);
      member = matching "m +([^ ]+) +([^ ]+) *";
    in
    builtins.listToAttrs (
      map (
        found:
        let
          name = builtins.elemAt found 0;
        in
        lib.nameValuePair name {
          about = builtins.elemAt found 1;
          home = builtins.elemAt found 2;
          groups = map (one: builtins.elemAt one 1) (builtins.filter (one: builtins.head one == name) member);
        }
      ) (matching "u +([^ ]+) +- +\"([^\"]*)\" +([^ ]+) *")
    );

  # Lines for systemd.tmpfiles.rules.
  folders = builtins.filter (line: builtins.match "d .*" line != null) (
    lib.splitString "\n" (builtins.readFile (folder + "/tmpfiles.conf"))
  );
}
