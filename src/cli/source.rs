//! The component a command works on: a file or standard input, binary or text.

use anyhow::{Context, Result};
use corefuse::component;
use corefuse::plan::BundleName;
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Which component to read.
#[derive(clap::Args)]
pub(super) struct Input {
    /// The component, in the binary or the text format; `-` is standard input.
    #[arg(value_name = "IN")]
    path: PathBuf,
}

impl Input {
    /// Name for messages.
    pub(super) fn label(&self) -> Cow<'_, str> {
        if self.is_stdin() { "standard input".into() } else { self.path.to_string_lossy() }
    }

    /// The bundle's name where the user gives none.
    pub(super) fn bundle_name(&self) -> BundleName {
        BundleName::from_path(&self.path)
    }

    /// The file, if it is the plan of a bundle.
    #[cfg(feature = "host")]
    pub(super) fn plan(&self) -> Option<&Path> {
        self.path.extension().is_some_and(|extension| extension == "json").then_some(&*self.path)
    }

    fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }

    /// The bytes as they are.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        let bytes = if self.is_stdin() { read_stdin() } else { std::fs::read(&self.path) };
        bytes.with_context(|| format!("cannot read {}", self.label()))
    }

    /// The binary component, assembled if it is text.
    pub(super) fn read_binary(&self) -> Result<Vec<u8>> {
        binary(self.read()?).with_context(|| self.label().into_owned())
    }
}

/// Assembles `bytes` if they are text.
pub(super) fn binary(bytes: Vec<u8>) -> Result<Vec<u8>> {
    match component::from_text_or_binary(&bytes)? {
        Cow::Owned(assembled) => Ok(assembled),
        Cow::Borrowed(_) => Ok(bytes),
    }
}

fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
