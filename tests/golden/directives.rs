//! The header of a golden's input: directives, and a paragraph on what to look for.

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

/// What a directive expects of its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0; the golden is standard output.
    Run,
    /// Exit code 1; the golden is standard error.
    Fail,
}

/// `;; RUN[plan.json]: inspect % --stage plan`
#[derive(Debug)]
pub(crate) struct Directive {
    pub(crate) outcome: Outcome,
    /// What replaces `wat` in the input's name.
    pub(crate) suffix: String,
    /// Arguments of corefuse; `%` is the input.
    pub(crate) command: String,
}

impl Directive {
    /// `None` if `line`, a comment without its semicolons, is prose.
    fn parse(line: &str) -> Result<Option<Directive>> {
        let (outcome, rest) = match (line.strip_prefix("RUN["), line.strip_prefix("FAIL[")) {
            (Some(rest), _) => (Outcome::Run, rest),
            (_, Some(rest)) => (Outcome::Fail, rest),
            (None, None) => return Ok(None),
        };
        let (suffix, command) =
            rest.split_once("]: ").with_context(|| format!("malformed directive {line:?}"))?;
        ensure!(command.split_whitespace().any(|arg| arg == "%"), "{command:?} does not use the input, `%`");
        Ok(Some(Directive { outcome, suffix: suffix.to_owned(), command: command.to_owned() }))
    }

    /// Where the expected output of the directive is, for an input.
    pub(crate) fn expected_file(&self, input: &Path) -> PathBuf {
        input.with_extension(&self.suffix)
    }
}

/// An input's header.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) directives: Vec<Directive>,
}

impl Case {
    /// Reads the header of `text`: the comments before anything else.
    pub(crate) fn parse(text: &str) -> Result<Case> {
        let mut directives = Vec::new();
        let mut prose = 0;
        for line in text.lines().map_while(|line| line.strip_prefix(";;")) {
            match Directive::parse(line.trim())? {
                Some(directive) => directives.push(directive),
                None => prose += line.split_whitespace().count(),
            }
        }
        if directives.is_empty() {
            bail!("the header has no directive, such as `;; RUN[plan.json]: inspect % --stage plan`");
        }
        ensure!(prose >= 5, "the header does not say what to look for");
        Ok(Case { directives })
    }

    /// Whether a directive says that the input can be built.
    pub(crate) fn builds(&self) -> bool {
        self.directives.iter().any(|directive| {
            let needs_all_stages = ["plan", "partition", "adapters"]
                .iter()
                .any(|stage| directive.command.ends_with(&format!("--stage {stage}")));
            let checks = directive.command.starts_with("check ");
            directive.outcome == Outcome::Run && (needs_all_stages || checks)
        })
    }
}
