//! Runs prepared scripts in JavaScript engines: Node, one process a file, and Chromium, one page for all files.

use crate::node;
use crate::script::{Report, Script, Verdict};
use anyhow::Context;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long one file may take in Node.
const FILE_LIMIT: Duration = Duration::from_secs(120);
/// How long all files together may take in Chromium.
const PAGE_LIMIT: Duration = Duration::from_secs(600);

/// A report as the JavaScript side prints it, one a line.
#[derive(Deserialize)]
struct Line {
    /// Which script it belongs to, where there are several.
    #[serde(default)]
    script: String,
    failure: Option<String>,
}

/// Replays one script in Node, through generated bindings or the generic path. `dir` holds the script's bundles.
///
/// # Errors
///
/// Fails where Node cannot be started; what happens in Node is in the reports.
pub(crate) fn in_node(
    node: &Path,
    script: &Script,
    dir: &Path,
    bindings: bool,
) -> anyhow::Result<Vec<Report>> {
    let file = write_script(script, dir, bindings)?;
    let mut command = Command::new(node);
    command.arg(node::repository().join("tests/replay/node.js")).arg(node::loader()).arg(file);
    let (lines, ending) = run(command, FILE_LIMIT)?;
    Ok(reports(script, lines, &ending))
}

/// Replays scripts in Chromium, given their names and folders under `root`. The driver itself runs in `node`.
///
/// # Errors
///
/// Fails where Chromium or its driver cannot be started; what happens in the page is in the reports.
pub(crate) fn in_chromium(
    node: &Path,
    scripts: &[(String, &Script)],
    root: &Path,
    bindings: bool,
) -> anyhow::Result<HashMap<String, Vec<Report>>> {
    let mut names = Vec::new();
    for (name, script) in scripts {
        write_script(script, &root.join(name), bindings)?;
        names.push(name);
    }
    std::fs::write(root.join("scripts.json"), serde_json::to_vec(&names)?)?;
    let mut command = Command::new(node);
    command.arg(node::repository().join("tests/browser/scripts.js")).arg(root);
    let (lines, ending) = run(command, PAGE_LIMIT)?;
    let mut by_script: HashMap<String, Vec<Line>> = HashMap::new();
    for line in lines {
        by_script.entry(line.script.clone()).or_default().push(line);
    }
    let of = |(name, script): &(String, &Script)| {
        (name.clone(), reports(script, by_script.remove(name).unwrap_or_default(), &ending))
    };
    Ok(scripts.iter().map(of).collect())
}

fn write_script(script: &Script, dir: &Path, bindings: bool) -> anyhow::Result<std::path::PathBuf> {
    std::fs::create_dir_all(dir)?;
    let file = dir.join("script.json");
    std::fs::write(
        &file,
        serde_json::to_vec(&serde_json::json!({ "bindings": bindings, "commands": script.commands }))?,
    )?;
    Ok(file)
}

/// Runs a command that prints a [`Line`] per line; gives these and how the command ended, for people.
fn run(mut command: Command, limit: Duration) -> anyhow::Result<(Vec<Line>, String)> {
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let stdout = BufReader::new(child.stdout.take().context("no standard output")?);
    let mut stderr = child.stderr.take().context("no standard error")?;
    let errors = std::thread::spawn(move || {
        let mut text = Vec::new();
        // What cannot be read is missing from a message for people, nothing more.
        let _unread = stderr.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut lines = Vec::new();
    let mut timed_out = false;
    loop {
        match receiver.recv_timeout(limit.saturating_sub(start.elapsed())) {
            Ok(line) => {
                lines.push(serde_json::from_str(&line).with_context(|| format!("not a report: {line}"))?)
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                timed_out = true;
                child.kill()?;
                break;
            }
        }
    }
    let status = child.wait()?;
    let stderr = errors.join().unwrap_or_default();
    let ending = match timed_out {
        true => format!("killed after {} s", limit.as_secs()),
        false => format!("{status}"),
    };
    Ok((lines, format!("{ending}; {}", stderr.trim())))
}

/// Pairs a script's commands with the reports on them; commands without one have failed.
fn reports(script: &Script, lines: Vec<Line>, ending: &str) -> Vec<Report> {
    let mut lines = lines.into_iter();
    let mut reports = Vec::new();
    for command in &script.commands {
        let line = lines.next();
        let Some(number) = command["line"].as_u64() else { continue };
        let verdict = match line {
            Some(Line { failure: None, .. }) => Verdict::Passed,
            Some(Line { failure: Some(why), .. }) => Verdict::Failed(why),
            None => Verdict::Failed(format!("the engine ended before this command ({ending})")),
        };
        reports.push(Report { line: usize::try_from(number).unwrap_or(usize::MAX), verdict });
    }
    reports
}
