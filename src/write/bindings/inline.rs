//! The parts of bindings that hold everything: the plan and the core modules as source text.

use super::Files;
use super::names::quoted;
use super::source::Source;
use crate::plan::{Plan, json};
use anyhow::{Context, Result};
use indexmap::IndexSet;

/// `const plan` and `const modules`, which has each core module in base64 by its file's name.
pub(super) fn contents(plan: &Plan, files: &Files<'_>, out: &mut Source) -> Result<()> {
    // JSON is JavaScript. No key of a plan comes from the component, so `__proto__` is none.
    out.text(&format!("const plan = {};", json::write(plan).trim_end()));
    out.line("");
    out.block("const modules = {", "};", |out| {
        let names: IndexSet<&str> = plan.modules.iter().map(|module| module.file.as_str()).collect();
        for name in names {
            let bytes = files.get(name).with_context(|| format!("{name} is not in the bundle"))?;
            out.line(format_args!("{}: '{}',", quoted(name), base64(bytes)));
        }
        Ok(())
    })
}

/// RFC 4648 section 4, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(group);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit > chunk.len() { '=' } else { char::from(DIGITS[value as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    /// The test vectors of RFC 4648 section 10, and the digits that are no letters.
    #[test]
    fn base64_is_that_of_the_rfc() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ];
        for (bytes, text) in vectors {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }
}
