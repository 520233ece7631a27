//! `wasi:io/poll`: waiting for standard input and for moments in time. Everything else is always ready.

use super::input::Input;
use super::{WasiView, define, define_resources};
use crate::host::{Linker, Resource, Result};
use anyhow::ensure;
use std::sync::Arc;
use std::time::Instant;

/// What can be waited for.
#[derive(Clone)]
pub(super) enum Pollable {
    Ready,
    /// A moment; none where it never comes.
    Time(Option<Instant>),
    /// Bytes, or the end, of standard input.
    Input(Arc<Input>),
}

impl Pollable {
    pub(super) fn at(when: Option<Instant>) -> Pollable {
        Pollable::Time(when)
    }

    fn is_ready(&self) -> bool {
        match self {
            Pollable::Ready => true,
            Pollable::Time(when) => when.is_some_and(|when| when <= Instant::now()),
            Pollable::Input(input) => input.is_ready(),
        }
    }
}

/// Waits until some of these are ready; their positions.
fn wait(pollables: &[Pollable]) -> Vec<u32> {
    loop {
        let ready: Vec<u32> =
            (0u32..).zip(pollables).filter(|(_, pollable)| pollable.is_ready()).map(|(i, _)| i).collect();
        if !ready.is_empty() {
            return ready;
        }
        let times = pollables.iter().filter_map(|pollable| match pollable {
            Pollable::Time(when) => *when,
            Pollable::Ready | Pollable::Input(_) => None,
        });
        let until = times.min();
        let input = pollables.iter().find_map(|pollable| match pollable {
            Pollable::Input(input) => Some(input),
            Pollable::Ready | Pollable::Time(_) => None,
        });
        match (input, until) {
            (Some(input), until) => input.wait(until),
            (None, Some(until)) => std::thread::sleep(until.saturating_duration_since(Instant::now())),
            // Moments that never come: the guest asked to sleep for centuries.
            (None, None) => std::thread::park(),
        }
    }
}

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    let mut poll = linker.instance("wasi:io/poll@0.2.0")?;
    define_resources! { poll; "pollable" = Pollable; }
    define! { poll;
        "[method]pollable.ready" = |wasi, (this,): (Resource<Pollable>,)| {
            Ok((wasi.table.get(&this)?.is_ready(),))
        };
        "[method]pollable.block" = |wasi, (this,): (Resource<Pollable>,)| {
            wait(&[wasi.table.get(&this)?.clone()]);
            Ok(())
        };
        "poll" = |wasi, (pollables,): (Vec<Resource<Pollable>>,)| {
            ensure!(!pollables.is_empty(), "`poll` needs something to wait for");
            let pollables = pollables.iter().map(|p| wasi.table.get(p).cloned());
            Ok((wait(&pollables.collect::<Result<Vec<_>>>()?),))
        };
    }
    Ok(())
}
