// SPDX-License-Identifier: MIT
// Vectors that a queue without a bound holds, on the system's malloc.
use std::io::Read;

const VECTORS: usize = 20_011;
const LENGTH: usize = 8_191;

fn main() {
    let queue: Vec<Vec<u8>> = (0..VECTORS).map(|i| vec![(i % 251 + 1) as u8; LENGTH]).collect();
    println!("@phase ready bytes={}", VECTORS * LENGTH);
    std::io::stdin().read_to_end(&mut Vec::new()).expect("stdin");
    println!("{}", if queue.iter().all(|v| v.len() == LENGTH) { "@done ok" } else { "@done failed" });
}
