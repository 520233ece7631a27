//! Random strings of all kinds of text, some of them damaged.

use super::super::Transcoder;
use super::{PLACES, reference, rigs, units};

/// Marsaglia's xorshift with a fixed start, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 20) % limit
    }

    /// A character that needs up to `size` bytes of UTF-8.
    fn character(&mut self, size: u64) -> char {
        let limit = [0x80, 0x800, 0xD800, 0x11_0000][self.below(size) as usize];
        char::from_u32(self.below(limit) as u32).unwrap_or('\u{FFFD}')
    }

    /// Runs of characters of different sizes.
    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(5) {
            let size = 1 + self.below(4);
            let longest = [40, 250][self.below(8) as usize / 7];
            for _ in 0..self.below(longest) {
                text.push(self.character(size));
            }
        }
        text
    }

    /// Changes a few bytes or units, sometimes.
    fn damage<T>(&mut self, items: &mut [T], random: impl Fn(&mut Random) -> T) {
        if !items.is_empty() && self.below(2) == 0 {
            for _ in 0..=self.below(2) {
                let at = self.below(items.len() as u64) as usize;
                items[at] = random(self);
            }
        }
    }

    fn source(&mut self, op: Transcoder) -> Vec<u8> {
        let text = self.text();
        match op {
            Transcoder::Deflate => units(&text.chars().map(|c| c as u16 & 0xFF).collect::<Vec<_>>()),
            _ if reference::unit_size(op) == 2 => {
                let mut text: Vec<u16> = text.encode_utf16().collect();
                self.damage(&mut text, |random| 0xD700 + random.below(0xA00) as u16);
                units(&text)
            }
            _ => {
                let mut text = text.into_bytes();
                self.damage(&mut text, |random| random.below(256) as u8);
                text
            }
        }
    }
}

#[test]
fn random_strings() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut rigs = rigs();
    for round in 0..600 {
        for &op in Transcoder::ALL {
            let source = random.source(op);
            let [from, to] = [random.below(3), random.below(3)].map(|i| PLACES[i as usize]);
            let which = round % rigs.len();
            rigs[which].check(op, &source, [from, to]);
        }
    }
}
