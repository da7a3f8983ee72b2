# Threads, forks, JSON, sorting and a collection that moves objects.
require 'digest'
require 'json'

objects = Array.new(20_000) { |i| { 'i' => i, 'text' => 'x' * (i % 97), 'list' => (0..i % 11).to_a } }
text = JSON.generate(objects)
raise 'differs' unless JSON.parse(text) == objects

threads = Array.new(8) { |n| Thread.new { Digest::SHA256.hexdigest(objects.sort_by { |o| [-o['i'] % (n + 2), o['i']] }.to_s) } }
puts threads.map(&:value)
4.times do |n|
  reader, writer = IO.pipe
  pid = fork do
    reader.close
    writer.puts Digest::SHA256.hexdigest(text.scan(/x{#{n + 1},}/).join)
  end
  writer.close
  puts reader.read
  Process.wait(pid)
end
objects = nil
GC.compact
puts 2**4000 % 1_000_003, text.bytesize
