//! Golden tests: text components in, printed stages, plans and errors out. `tests/golden/README.wat` says how.
//!
//! `BLESS=1 cargo test --test golden` rewrites the expected files and deletes the ones that no directive names.
//! Each command runs twice, since equal input must give equal output; each plan must satisfy the schema and
//! `plan::check`, and each generated module must validate with no more than the features it declares.

#[path = "golden/directives.rs"]
mod directives;
#[path = "golden/generated.rs"]
mod generated;

use anyhow::{Context, Result, bail, ensure};
use directives::{Case, Directive, Outcome};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Longest input, in lines: a golden shows one behaviour.
const MAX_LINES: usize = 60;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files = Vec::new();
    walk(&root, &mut files).expect("the folder of the goldens can be read");
    let (inputs, others): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|file| is_input(file));
    let mut trials: Vec<Trial> = inputs.iter().map(|input| trial(&root, input)).collect();
    trials.push(Trial::test("no expected file is left over", move || left_over(&inputs, &others)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// All files below `folder`, in order.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() { walk(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Expected text modules are called `case.adapters.wat`, so a second dot in the name tells them from inputs.
fn is_input(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".wat").is_some_and(|stem| !stem.contains('.'))
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

fn trial(root: &Path, input: &Path) -> Trial {
    let (root, input) = (root.to_owned(), input.to_owned());
    let name = input.strip_prefix(&root).unwrap_or(&input).to_string_lossy().replace('\\', "/");
    Trial::test(name.clone(), move || run(&root, &input, &name).map_err(|error| format!("{error:#}").into()))
}

fn run(root: &Path, input: &Path, name: &str) -> Result<()> {
    let text = fs::read_to_string(input)?;
    let lines = text.lines().count();
    ensure!(lines <= MAX_LINES, "{lines} lines are too many for a golden, make several of it");
    let case = Case::parse(&text)?;
    for directive in &case.directives {
        let mut found = directive.run(root, name).with_context(|| directive.command.clone())?;
        if directive.suffix == "plan.json" {
            found = generated::steady_plan(&generated::checked_plan(&found)?);
        }
        compare(&directive.expected_file(input), &found)?;
    }
    if case.builds() { generated::check_modules(text.as_bytes()) } else { Ok(()) }
}

impl Directive {
    /// Runs the command twice and returns what the golden file must hold.
    fn run(&self, root: &Path, name: &str) -> Result<String> {
        let [first, second] = [self.run_once(root, name)?, self.run_once(root, name)?];
        ensure!(first == second, "two runs differ");
        Ok(first)
    }

    fn run_once(&self, root: &Path, name: &str) -> Result<String> {
        let args = self.command.split_whitespace().map(|arg| if arg == "%" { name } else { arg });
        let output = Command::new(env!("CARGO_BIN_EXE_corefuse")).args(args).current_dir(root).output()?;
        let (stdout, stderr) = (String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
        match (self.outcome, output.status.code()) {
            (Outcome::Run, Some(0)) => {
                ensure!(stderr.is_empty(), "it wrote to standard error:\n{stderr}");
                Ok(stdout)
            }
            (Outcome::Fail, Some(1)) => {
                ensure!(stdout.is_empty(), "it failed but wrote to standard output:\n{stdout}");
                Ok(stderr)
            }
            (_, code) => bail!("unexpected exit code {code:?}; standard error:\n{stderr}"),
        }
    }
}

fn compare(expected_file: &Path, found: &str) -> Result<()> {
    let expected = fs::read_to_string(expected_file).ok().map(|text| text.replace("\r\n", "\n"));
    if expected.as_deref() == Some(found) {
        return Ok(());
    }
    if is_blessing() {
        return fs::write(expected_file, found)
            .with_context(|| format!("writing {}", expected_file.display()));
    }
    let file = expected_file.file_name().unwrap_or_default().to_string_lossy();
    match expected {
        None => bail!("{file} does not exist (BLESS=1 writes it); it would be:\n{found}"),
        Some(expected) => bail!("{file} differs (BLESS=1 rewrites it):\n{}", difference(&expected, found)),
    }
}

/// The part of two texts that is not the same, as removed and added lines.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old[before..].iter().rev().zip(new[before..].iter().rev());
    let after = rest.take_while(|(a, b)| a == b).count();
    let removed = old[before..old.len() - after].iter().map(|line| format!("-{line}\n"));
    let added = new[before..new.len() - after].iter().map(|line| format!("+{line}\n"));
    format!("line {}:\n{}", before + 1, removed.chain(added).collect::<String>())
}

/// Finds files that no directive names; blessing deletes them.
fn left_over(inputs: &[PathBuf], others: &[PathBuf]) -> Result<(), Failed> {
    let mut named = BTreeSet::new();
    for input in inputs {
        let case = Case::parse(&fs::read_to_string(input)?)?;
        named.extend(case.directives.iter().map(|directive| directive.expected_file(input)));
    }
    let is_code = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let orphans: Vec<&PathBuf> =
        others.iter().filter(|path| !named.contains(*path) && !is_code(path)).collect();
    if is_blessing() {
        orphans.into_iter().try_for_each(fs::remove_file)?;
        return Ok(());
    }
    if orphans.is_empty() { Ok(()) } else { Err(format!("no directive names {orphans:?}").into()) }
}
