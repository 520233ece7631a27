//! `wasi:random`.

use super::{WasiView, define};
use crate::host::{Linker, Result};
use anyhow::{anyhow, ensure};

/// Most bytes that one call may ask for. They are made before it is known whether the guest has room for them.
const MAX_BYTES: u64 = 16 << 20;

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:random/random@0.2.0")?;
        "get-random-bytes" = |_wasi, (length,): (u64,)| Ok((bytes(length)?,));
        "get-random-u64" = |_wasi, (): ()| Ok((number()?,));
    }
    define! { linker.instance("wasi:random/insecure@0.2.0")?;
        "get-insecure-random-bytes" = |_wasi, (length,): (u64,)| Ok((bytes(length)?,));
        "get-insecure-random-u64" = |_wasi, (): ()| Ok((number()?,));
    }
    define! { linker.instance("wasi:random/insecure-seed@0.2.0")?;
        "insecure-seed" = |_wasi, (): ()| Ok(((number()?, number()?),));
    }
    Ok(())
}

fn bytes(length: u64) -> Result<Vec<u8>> {
    ensure!(length <= MAX_BYTES, "{length} random bytes in one call are too many: the limit is {MAX_BYTES}");
    let mut bytes = vec![0; usize::try_from(length)?];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random numbers: {error}"))?;
    Ok(bytes)
}

fn number() -> Result<u64> {
    getrandom::u64().map_err(|error| anyhow!("no random numbers: {error}"))
}
