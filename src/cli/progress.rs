//! A line on the terminal that says what a long build is doing.

use corefuse::Stage;
use std::io::{IsTerminal, Write};

/// Inputs below this size, in bytes, are done before anybody could read the line.
const LARGE: usize = 1 << 20;

/// Returns to the start of the line and clears it.
const CLEAR: &str = "\r\x1b[2K";

/// Shows the stage of a build of `size` bytes; it shows nothing for small inputs and where nobody looks.
pub(super) struct Progress {
    size: usize,
    shown: bool,
}

impl Progress {
    /// For an input of `size` bytes.
    pub(super) fn new(size: usize) -> Progress {
        Progress { size, shown: size >= LARGE && std::io::stderr().is_terminal() }
    }

    /// Shows that `stage` begins.
    pub(super) fn show(&self, stage: Stage) {
        let doing = match stage {
            Stage::Read => "validating",
            Stage::Inline => "inlining",
            Stage::Fuse => "compiling adapters",
            Stage::Linearise => "ordering and hashing",
        };
        if self.shown {
            let megabytes = self.size as f64 / 1e6;
            write!(std::io::stderr(), "{CLEAR}{megabytes:.1} MB: {doing} ...").ok();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            write!(std::io::stderr(), "{CLEAR}").ok();
        }
    }
}
