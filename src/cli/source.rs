//! The component a command works on: a file or standard input, binary or text.

use anyhow::{Context, Result, ensure};
use corefuse::component;
use corefuse::plan::BundleName;
use std::borrow::Cow;
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The largest module that engines take, in bytes (WebAssembly JavaScript interface, "Implementation-defined Limits");
/// a component of more would consist of several such.
const MAX_BINARY: u64 = 1 << 30;

/// As much text, in bytes, as anybody writes; assembling takes many times as much memory.
const MAX_TEXT: u64 = 1 << 27;

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
        let bytes = if self.is_stdin() {
            read_capped(std::io::stdin().lock(), MAX_TEXT, MAX_BINARY)
        } else {
            File::open(&self.path).and_then(|file| read_capped(file, MAX_TEXT, MAX_BINARY))
        };
        bytes.with_context(|| format!("cannot read {}", self.label()))
    }

    /// The binary component, assembled if it is text.
    pub(super) fn read_binary(&self) -> Result<Vec<u8>> {
        self.assemble(self.read()?).with_context(|| self.label().into_owned())
    }

    /// Assembles `bytes`, which were read, if they are text.
    pub(super) fn assemble(&self, bytes: Vec<u8>) -> Result<Vec<u8>> {
        // No component text begins like this.
        ensure!(
            bytes.trim_ascii_start().first() != Some(&b'{'),
            "the input is JSON, not a component; plans are only for `corefuse run NAME.plan.json`"
        );
        match component::from_text_or_binary_called(&self.label(), &bytes)? {
            Cow::Owned(assembled) => Ok(assembled),
            Cow::Borrowed(_) => Ok(bytes),
        }
    }
}

/// Reads all there is, but an input that never ends, such as a device, only so far.
fn read_capped(mut input: impl Read, max_text: u64, max_binary: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut read = input.by_ref().take(max_text + 1).read_to_end(&mut bytes)? as u64;
    let (max, what) = match bytes.starts_with(b"\0asm") {
        true => (max_binary, "which is all that engines take"),
        false => (max_text, "which is too much for text; is it a component at all?"),
    };
    read += input.take((max + 1).saturating_sub(read)).read_to_end(&mut bytes)? as u64;
    if read > max {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {max} bytes, {what}")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::read_capped;
    use std::io::{Read, repeat};

    #[test]
    fn an_input_without_end_is_refused() {
        let refusal = |input: &mut dyn Read| read_capped(input, 10, 20).unwrap_err().to_string();
        assert!(refusal(&mut repeat(b'(')).contains("more than 10 bytes"));
        assert!(refusal(&mut b"\0asm".chain(repeat(0))).contains("more than 20 bytes"));
        assert_eq!(read_capped(&[b'('; 10][..], 10, 20).unwrap().len(), 10);
        assert_eq!(read_capped(b"\0asm".chain(&[0; 16][..]), 10, 20).unwrap().len(), 20);
    }
}
