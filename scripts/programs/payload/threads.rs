//! Threads that hand vectors to each other, maps, strings and aligned blocks.
use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

fn work(seed: usize) -> u64 {
    let mut map = BTreeMap::new();
    for i in 0..20_000usize {
        map.insert((i * 7919 + seed) % 10_007, "x".repeat(i % 97));
        let layout = Layout::from_size_align(i % 500 + 1, 1 << (i % 9)).unwrap();
        unsafe {
            let block = alloc_zeroed(layout);
            assert!(!block.is_null() && *block == 0 && block as usize % layout.align() == 0);
            dealloc(block, layout);
        }
    }
    map.iter().map(|(key, text)| (key * text.len()) as u64).sum()
}

fn main() {
    let (sender, receiver) = mpsc::channel::<Vec<u64>>();
    let threads: Vec<_> = (0..8)
        .map(|seed| {
            let sender = sender.clone();
            thread::spawn(move || sender.send(vec![work(seed); 100]).unwrap())
        })
        .collect();
    drop(sender);
    let total: u64 = receiver.iter().map(|part| part.iter().sum::<u64>()).sum();
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{total}");
}
