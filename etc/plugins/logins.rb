#!/usr/bin/env ruby
# An example in Ruby. Copy it to /etc/sheepdog/plugins, chmod +x, and try it: sheepdog plugin test ./logins.rb most=1
#
# about: who has a terminal open on this machine
# setting: most = 20   terminals, above which it is a warning
# setting: known = []   users who may have one; when empty, everybody
# every: 15min
require "etc"
require "json"

def name(uid)
  Etc.getpwuid(uid).name
rescue ArgumentError
  uid.to_s # of a container, say
end

def monitor
  users = Dir.glob("/dev/pts/[0-9]*").filter_map { |file| name(File.stat(file).uid) rescue nil }
  known = ENV.fetch("SHEEPDOG_KNOWN").split("\n") # a list comes one a line
  strangers = known.empty? ? [] : users.uniq - known
  most = users.size > ENV.fetch("SHEEPDOG_MOST").to_i
  level = strangers.any? ? "fail" : most ? "warning" : "ok"
  summary = strangers.any? ? "unknown here: #{strangers.join(", ")}" : "#{users.size} terminals are open"
  { level:, summary:, content: { terminals: users.size, users: users.tally } }
end

def receive(bark)
  bark["content"].fetch("users", {}).map { |user, terminals| { fact: ["terminals", user, terminals] } }
end

case ARGV.first
when "monitor" then puts JSON.generate(monitor) # one bark
when "receive" then receive(JSON.parse($stdin.read)).each { |action| puts JSON.generate(action) } # one action a line
else exit 64
end
