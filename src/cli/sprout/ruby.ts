export const ruby = `#!/usr/bin/env ruby
# about: how many files are in a folder
# setting: folder = "/tmp"   folder that is looked at
# setting: warn = 100000   files from which on it is a warning
# every: 5min
require "json"

def monitor
  count = Dir.children(ENV.fetch("SHEEPDOG_FOLDER")).size
  level = count < ENV.fetch("SHEEPDOG_WARN").to_f ? "ok" : "warning"
  { level: level, summary: "#{count} files", content: { count: count } }
end

def receive(bark)
  count = bark.dig("content", "count")
  count ? [{ fact: ["files", count] }] : []
end

case ARGV[0]
when "monitor" then puts JSON.generate(monitor) # one bark
when "receive" then receive(JSON.parse($stdin.read)).each { |action| puts JSON.generate(action) } # one action a line
else exit 64
end
`;
