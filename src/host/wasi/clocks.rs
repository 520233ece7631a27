//! `wasi:clocks`.

use super::poll::Pollable;
use super::{Wasi, WasiView, define};
use crate::host::{Linker, Result};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

crate::record! {
    /// A moment of the wall clock, since 1970.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct Datetime {
        "seconds" => seconds: u64,
        "nanoseconds" => nanoseconds: u32,
    }
}

impl Datetime {
    /// The same moment; none where it is before 1970, which WASI cannot say.
    pub(super) fn of(time: SystemTime) -> Option<Datetime> {
        let since = time.duration_since(UNIX_EPOCH).ok()?;
        Some(Datetime { seconds: since.as_secs(), nanoseconds: since.subsec_nanos() })
    }

    /// The same moment; none where this system cannot say it.
    pub(super) fn to_system_time(self) -> Option<SystemTime> {
        let since =
            Duration::from_secs(self.seconds).checked_add(Duration::from_nanos(self.nanoseconds.into()))?;
        UNIX_EPOCH.checked_add(since)
    }
}

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:clocks/wall-clock@0.2.0")?;
        "now" = |_wasi, (): ()| {
            Ok((Datetime::of(SystemTime::now()).unwrap_or(Datetime { seconds: 0, nanoseconds: 0 }),))
        };
        "resolution" = |_wasi, (): ()| Ok((Datetime { seconds: 0, nanoseconds: 1 },));
    }
    define! { linker.instance("wasi:clocks/monotonic-clock@0.2.0")?;
        "now" = |wasi, (): ()| Ok((now(wasi),));
        "resolution" = |_wasi, (): ()| Ok((1u64,));
        "subscribe-instant" = |wasi, (when,): (u64,)| {
            let pollable = Pollable::at(wasi.start.checked_add(Duration::from_nanos(when)));
            Ok((wasi.table.push(pollable)?,))
        };
        "subscribe-duration" = |wasi, (duration,): (u64,)| {
            let pollable = Pollable::at(Instant::now().checked_add(Duration::from_nanos(duration)));
            Ok((wasi.table.push(pollable)?,))
        };
    }
    Ok(())
}

/// Nanoseconds since the state of WASI was made.
fn now(wasi: &Wasi) -> u64 {
    u64::try_from(wasi.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
