//! The table of a run: file, passed, failed, expected to fail, refused and why.

use crate::script::{Report, Verdict};
use std::collections::BTreeMap;
use std::fmt;

/// Rows in the order of their names.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<String, Row>,
}

#[derive(Clone, Debug, Default)]
struct Row {
    passed: usize,
    failed: usize,
    expected: usize,
    refused: BTreeMap<String, usize>,
}

impl Table {
    /// Adds the reports on a file, of whose failures `expected` are in the list of expected ones.
    pub(crate) fn add(&mut self, file: &str, reports: &[Report], expected: usize) {
        let row = self.rows.entry(file.to_string()).or_default();
        row.expected += expected;
        for report in reports {
            match &report.verdict {
                Verdict::Passed => row.passed += 1,
                Verdict::Failed(_) => row.failed += 1,
                Verdict::Refused(feature) => *row.refused.entry(feature.clone()).or_default() += 1,
            }
        }
        row.failed -= expected;
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.keys().map(String::len).max().unwrap_or(0).max("all files".len());
        writeln!(f, "{:width$}  passed  failed  expected  refused", "file")?;
        let mut total = Row::default();
        for (file, row) in &self.rows {
            row.write(f, file, width)?;
            total.passed += row.passed;
            total.failed += row.failed;
            total.expected += row.expected;
            for (feature, count) in &row.refused {
                *total.refused.entry(feature.clone()).or_default() += count;
            }
        }
        total.write(f, "all files", width)
    }
}

impl Row {
    fn write(&self, f: &mut fmt::Formatter<'_>, name: &str, width: usize) -> fmt::Result {
        let refused: usize = self.refused.values().sum();
        let Row { passed, failed, expected, .. } = self;
        write!(f, "{name:width$}  {passed:6}  {failed:6}  {expected:8}  {refused:7}")?;
        let reasons: Vec<_> = self.refused.iter().map(|(name, count)| format!("{name} {count}")).collect();
        match reasons.is_empty() {
            true => writeln!(f),
            false => writeln!(f, "  {}", reasons.join(", ")),
        }
    }
}
