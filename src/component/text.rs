//! Text input: the text format is turned into bytes before anything else sees it.

use anyhow::{Result, anyhow, bail, ensure};
use std::borrow::Cow;

/// Returns `input` itself if it is a binary (it starts with `\0asm`), else assembles it as component text.
///
/// Errors of the text parser show the line and column.
pub fn from_text_or_binary(input: &[u8]) -> Result<Cow<'_, [u8]>> {
    from_text_or_binary_called("the input", input)
}

/// As [`from_text_or_binary`], where errors call the input `name`: that of a file, which editors then find.
pub fn from_text_or_binary_called<'a>(name: &str, input: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    if input.starts_with(MAGIC) {
        return Ok(Cow::Borrowed(input));
    }
    ensure!(!input.is_empty(), "the input is empty");
    let Some(text) = as_text(input) else {
        bail!("the input is neither a binary, which begins with `\\0asm`, nor text in UTF-8");
    };
    let assembled = wat::parse_str(text).map_err(|mut error| {
        error.set_path(name);
        anyhow!(in_short(&error.to_string())).context("the input is no component text")
    })?;
    Ok(Cow::Owned(assembled))
}

/// What every binary begins with.
const MAGIC: &[u8] = b"\0asm";

/// The input as text, without the mark that some editors put in front. Binary formats that happen to be valid UTF-8 have
/// characters at their beginning that nobody writes, such as archives.
fn as_text(input: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(input).ok()?;
    let is_odd = |c: char| c.is_control() && !c.is_whitespace();
    let is_binary = text.chars().take(8).any(is_odd);
    (!is_binary).then(|| text.trim_start_matches('\u{feff}'))
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
