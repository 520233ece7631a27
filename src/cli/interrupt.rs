//! Ctrl-C while a bundle is being written: what is there already is taken back before the process ends.
//!
//! Everywhere else the system's own way of ending the process is right, since nothing is on disk yet.

use std::sync::atomic::{AtomicBool, Ordering};

static WAS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt, and a request to terminate, do no more than make the result true.
pub(super) fn watch() -> impl Fn() -> bool {
    // That it cannot be installed is no reason to stop: then the process ends at once, as without it.
    ctrlc::set_handler(|| WAS_INTERRUPTED.store(true, Ordering::Relaxed)).ok();
    || WAS_INTERRUPTED.load(Ordering::Relaxed)
}
