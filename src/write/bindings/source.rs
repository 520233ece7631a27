//! Source text in the making: lines with indentation.

use std::fmt::Write;

/// Lines of generated source. Indentation is two spaces a level.
#[derive(Debug, Default)]
pub(super) struct Source {
    text: String,
    level: usize,
}

impl Source {
    /// Adds one line at the current level; an empty line stays empty.
    pub(super) fn line(&mut self, line: impl std::fmt::Display) {
        let line = line.to_string();
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("  ", self.level));
            self.text.push_str(&line);
        }
        self.text.push('\n');
    }

    /// Adds `open`, then what `body` adds one level deeper, then `close`.
    pub(super) fn block<R>(
        &mut self,
        open: impl std::fmt::Display,
        close: &str,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.line(open);
        let result = self.indented(body);
        self.line(close);
        result
    }

    /// Adds what `body` adds, one level deeper.
    pub(super) fn indented<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        self.level += 1;
        let result = body(self);
        self.level -= 1;
        result
    }

    /// Adds a doc comment, if there is anything to say.
    pub(super) fn docs(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        match lines[..] {
            [] => {}
            [line] => self.line(format_args!("/** {} */", escape_comment(line))),
            _ => {
                self.line("/**");
                for line in lines {
                    let mut out = String::from(" *");
                    if !line.is_empty() {
                        write!(out, " {}", escape_comment(line)).expect("writing to a string cannot fail");
                    }
                    self.line(out);
                }
                self.line(" */");
            }
        }
    }

    /// Adds finished lines at the current level.
    pub(super) fn text(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// The text so far.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Keeps text from ending the comment it stands in.
fn escape_comment(text: &str) -> String {
    text.replace("*/", "*\\/")
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn blocks_indent_and_comments_cannot_be_left() {
        let mut source = Source::default();
        source.block("a {", "}", |s| s.docs("x */ y\n\nz"));
        assert_eq!(source.finish(), "a {\n  /**\n   * x *\\/ y\n   *\n   * z\n   */\n}\n");
    }
}
