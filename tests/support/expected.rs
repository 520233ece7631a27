//! `tests/expected-failures.txt`: commands that are known to fail, each with its reason.
//!
//! A line is `file  # reason` or `file:line  # reason`; `file` is a name as the run prints it. The list works in
//! both directions: a listed command that passes is an error too, so it cannot go stale.

use crate::script::{Report, Verdict};
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    files: BTreeMap<String, Known>,
}

/// What is known of one file.
#[derive(Debug, Default)]
struct Known {
    /// The whole file.
    whole: bool,
    lines: Vec<usize>,
}

impl Expected {
    /// Reads the list.
    ///
    /// # Errors
    ///
    /// Fails on an entry without a reason.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut files: BTreeMap<String, Known> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (entry, reason) = line.split_once('#').unwrap_or((line, ""));
            if reason.trim().is_empty() {
                bail!("{}:{}: an expected failure needs a reason", path.display(), index + 1);
            }
            match entry.trim().rsplit_once(':') {
                None => files.entry(entry.trim().to_string()).or_default().whole = true,
                Some((file, line)) => {
                    let line = line.parse().with_context(|| format!("{}:{}", path.display(), index + 1))?;
                    files.entry(file.to_string()).or_default().lines.push(line);
                }
            }
        }
        Ok(Expected { files })
    }

    /// Names of the files in the list.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// What is wrong with a file's reports, given the list, for people; and how many failures were expected.
    pub(crate) fn judge(&self, file: &str, reports: &[Report]) -> (Vec<String>, usize) {
        let nothing = Known::default();
        let known = self.files.get(file).unwrap_or(&nothing);
        let mut problems = Vec::new();
        let mut expected = 0;
        for report in reports {
            let listed = known.whole || known.lines.contains(&report.line);
            match &report.verdict {
                Verdict::Failed(_) if listed => expected += 1,
                Verdict::Failed(why) => problems.push(format!("{file}:{}: {why}", report.line)),
                Verdict::Passed | Verdict::Refused(_) => {}
            }
        }
        for line in &known.lines {
            let failed =
                |report: &Report| report.line == *line && matches!(report.verdict, Verdict::Failed(_));
            if !reports.iter().any(failed) {
                problems.push(format!("{file}:{line}: listed as an expected failure, but it does not fail"));
            }
        }
        if known.whole && expected == 0 {
            problems.push(format!("{file}: listed as an expected failure, but nothing in it fails"));
        }
        (problems, expected)
    }
}
