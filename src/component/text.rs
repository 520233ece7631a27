//! Text input: the text format is turned into bytes before anything else sees it.

use anyhow::{Result, anyhow, bail};
use std::borrow::Cow;

/// Returns `input` itself if it is a binary (it starts with `\0asm`), else assembles it as component text.
///
/// Errors of the text parser show the line and column.
pub fn from_text_or_binary(input: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !input.starts_with(b"\0asm") && std::str::from_utf8(input).is_err() {
        bail!("the input is neither a binary, which begins with `\\0asm`, nor text in UTF-8");
    }
    wat::parse_bytes(input).map_err(|mut error| {
        error.set_path("the input");
        anyhow!(in_short(&error.to_string())).context("the input is no component text")
    })
}

/// A message of the text parser, without the line it is about if that is too long to be read, as generated text may be.
fn in_short(message: &str) -> String {
    let is_long = message.lines().any(|line| line.len() > MAX_LINE);
    let lines = message.lines().map(|line| line.get(..MAX_LINE).unwrap_or(line));
    // The message itself, and the place.
    lines.take(if is_long { 2 } else { usize::MAX }).collect::<Vec<_>>().join("\n")
}

/// In bytes.
const MAX_LINE: usize = 200;
