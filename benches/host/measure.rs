//! Times: the best of rounds, since the machine may be shared, after the number of calls was fitted to the round.

use anyhow::Result;
use std::time::{Duration, Instant};

/// How long a round should take.
const ROUND: Duration = Duration::from_millis(20);

/// How many calls make a round of `calls`.
pub(crate) fn fit(calls: &mut dyn FnMut(u32) -> Result<()>) -> Result<u32> {
    let mut count = 1;
    loop {
        let start = Instant::now();
        calls(count)?;
        if start.elapsed() > ROUND || count > 1 << 28 {
            return Ok(count);
        }
        count *= 2;
    }
}

/// Nanoseconds a call, in one round.
pub(crate) fn round(calls: &mut dyn FnMut(u32) -> Result<()>, count: u32) -> Result<f64> {
    let start = Instant::now();
    calls(count)?;
    Ok(start.elapsed().as_nanos() as f64 / f64::from(count))
}

/// A time for people.
pub(crate) fn show(nanoseconds: f64) -> String {
    match nanoseconds {
        t if t < 1e3 => format!("{t:.1} ns"),
        t if t < 1e6 => format!("{:.2} us", t / 1e3),
        t => format!("{:.2} ms", t / 1e6),
    }
}
