//! Text input: the text format is turned into bytes before anything else sees it.

use anyhow::{Result, anyhow};
use std::borrow::Cow;

/// Returns `input` itself if it is a binary (it starts with `\0asm`), else assembles it as component text.
///
/// Errors of the text parser show the line and column.
pub fn from_text_or_binary(input: &[u8]) -> Result<Cow<'_, [u8]>> {
    wat::parse_bytes(input).map_err(|error| anyhow!("{error}").context("the input is no component text"))
}
