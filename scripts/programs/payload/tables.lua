-- Tables, strings, coroutines and collections.
local rows = {}
for i = 1, 60000 do rows[i] = { i = i, text = ('x'):rep(i % 97), list = { i, i * 2 } } end
table.sort(rows, function(a, b) if #a.text ~= #b.text then return #a.text > #b.text end return a.i < b.i end)
local parts = {}
for i = 1, #rows, 3 do parts[#parts + 1] = rows[i].text .. rows[i].i end
local text = table.concat(parts, ',')
local hash = 0
for i = 1, #text do hash = (hash * 31 + text:byte(i)) % 4294967296 end
local sum = 0
for n = 1, 5000 do
  local worker = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i * n) end end)
  for _ = 1, 5 do sum = sum + worker() end
  rows[n] = nil
end
collectgarbage('generational') collectgarbage() collectgarbage('incremental') collectgarbage()
local _, count = text:gsub('x+', 'y')
print(#text, hash, sum, count)
