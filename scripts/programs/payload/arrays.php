<?php
// Arrays, JSON, regular expressions, generators and children.
$rows = [];
for ($i = 0; $i < 20000; $i++) $rows["k$i"] = ['i' => $i, 'text' => str_repeat('x', $i % 97), 'list' => range(0, $i % 11)];
$text = json_encode($rows);
echo strlen($text), ' ', md5($text), ' ', json_decode($text, true) == $rows ? 'same' : 'different', "\n";
usort($rows, fn($a, $b) => [strlen($b['text']), $a['i']] <=> [strlen($a['text']), $b['i']]);
echo $rows[100]['i'], ' ', preg_match_all('/x{5,}/', $text), "\n";
function squares(int $most) { for ($i = 0; $i < $most; $i++) yield str_pad((string) ($i * $i), 20, '0', STR_PAD_LEFT); }
echo md5(implode(',', iterator_to_array(squares(50000)))), "\n";
for ($n = 0; $n < 4; $n++) {
    $pid = pcntl_fork();
    if ($pid === 0) exit(strlen(str_repeat($text, $n + 1)) % 100);
    pcntl_waitpid($pid, $status);
    echo pcntl_wexitstatus($status), "\n";
}
