//! The loader's source as one piece, for bindings that hold everything.
//!
//! The files of `js-loader/src` are written so that they can stand one after another in one module: no two have the
//! same name at their top level, imports and exports have one form each, none imports itself in a circle. So joining
//! them is leaving those lines out, and comments with them. What breaks these rules is an error here and in the tests,
//! never a broken file.

use anyhow::{Context, Result, bail, ensure};
use std::collections::HashSet;
use std::fmt::Write;

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../js-loader/src/", $name)))),*]
    };
}

/// What is joined; files of which nothing is needed are not.
const FILES: &[(&str, &str)] = files![
    "api.js" "bindings.js" "bundle.js" "check.js" "codec.js" "compiled.js" "core-function.js" "errors.js" "exports.js"
    "features.js" "fetching.js" "guards.js" "inline.js" "instance.js" "late-registry.js" "layout.js" "lift.js" "link.js"
    "lists.js" "lower.js" "memory.js" "modules.js" "names.js" "pointers.js" "records.js" "replay.js" "resources.js"
    "root.js" "scalars.js" "short-cuts.js" "short-texts.js" "signature.js" "strings.js" "text-writer.js" "variants.js"
    "async/buffers.js" "async/builtins.js" "async/call-contexts.js" "async/calls.js" "async/channels.js"
    "async/contexts.js" "async/deadlock.js" "async/ending.js" "async/error-contexts.js" "async/events.js"
    "async/futures.js" "async/host-calls.js" "async/host-functions.js" "async/index.js" "async/instances.js"
    "async/list.js" "async/macrotask.js" "async/part.js" "async/running.js" "async/scheduler.js" "async/signatures.js"
    "async/stacks.js" "async/streams.js" "async/subtasks.js" "async/table.js" "async/tasks.js"
    "async/thread-built-ins.js" "async/threads.js" "async/trace.js" "async/turns.js" "async/values.js"
    "async/waitables.js"
];

/// The files that generated code imports from.
const ENTRIES: [&str; 2] = ["inline.js", "bindings.js"];

/// What asynchronous components need beyond these.
const ASYNC_ENTRY: &str = "async/index.js";

/// The joined source, with the part for asynchronous components or without.
///
/// # Errors
/// Where a file breaks the rules above.
pub(super) fn source(is_async: bool) -> Result<String> {
    Ok(joined(is_async)?.text)
}

fn joined(is_async: bool) -> Result<Joiner<'static>> {
    let mut joiner = Joiner { files: FILES, text: String::new(), names: HashSet::new(), begun: Vec::new() };
    for entry in ENTRIES.into_iter().chain(is_async.then_some(ASYNC_ENTRY)) {
        joiner.add(entry)?;
    }
    Ok(joiner)
}

struct Joiner<'a> {
    files: &'a [(&'a str, &'a str)],
    text: String,
    /// Names at the top level.
    names: HashSet<&'a str>,
    /// Files that are in the text or on their way there.
    begun: Vec<(&'a str, State)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Done,
}

impl<'a> Joiner<'a> {
    /// Adds a file behind those that it imports, unless it is there.
    fn add(&mut self, name: &str) -> Result<()> {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.begun.iter().find(|(begun, _)| *begun == name) {
            Some((_, State::Done)) => return Ok(()),
            Some((_, State::Pending)) => bail!("{name} imports itself in a circle"),
            None => {}
        }
        let file = self.files.iter().find(|(file, _)| *file == name);
        let &(name, text) = file.with_context(|| format!("{name} is not among the loader's files"))?;
        let place = self.begun.len();
        self.begun.push((name, State::Pending));
        let mut own = format!("\n// {name}\n");
        for (number, line) in without_comments(text).with_context(|| name.to_string())? {
            self.line(line, folder, &mut own).with_context(|| format!("{name}, line {number}"))?;
        }
        self.text.push_str(&own);
        self.begun[place].1 = State::Done;
        Ok(())
    }

    /// Adds what remains of a line to `own`; `folder` is that of the file it is in.
    fn line(&mut self, line: &'a str, folder: &str, own: &mut String) -> Result<()> {
        if let Some(import) = line.strip_prefix("import ") {
            let (_, file) = names_from(import)?;
            return self.add(&resolved(file.context("an import without a file")?, folder)?);
        }
        if let Some(list) = line.strip_prefix("export ").filter(|rest| rest.starts_with('{')) {
            let (names, file) = names_from(list)?;
            if let Some(file) = file {
                self.add(&resolved(file, folder)?)?;
            }
            for name in names {
                if let Some((inside, outside)) = name.split_once(" as ") {
                    self.declare(outside)?;
                    writeln!(own, "const {outside} = {inside};")?;
                }
            }
            return Ok(());
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        // What makes the asynchronous part known is the one statement at a top level.
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) && !line.starts_with("if (") {
            declared(line)?.into_iter().try_for_each(|name| self.declare(name))?;
        }
        writeln!(own, "{}", without_types(line)?)?;
        Ok(())
    }

    fn declare(&mut self, name: &'a str) -> Result<()> {
        ensure!(self.names.insert(name), "another file has something called `{name}`, too");
        Ok(())
    }
}

/// The lines that are not comments or empty, with their numbers.
fn without_comments(text: &str) -> Result<Vec<(usize, &str)>> {
    let mut lines = Vec::new();
    let mut in_comment = false;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim();
        if in_comment {
            in_comment = !trimmed.ends_with("*/");
        } else if trimmed.starts_with("/**") && !trimmed.contains("*/") {
            in_comment = true;
        } else if trimmed.is_empty() || trimmed.starts_with("//") || is_comment(trimmed) {
            // Left out.
        } else {
            // A text over several lines could have lines that look like something else.
            ensure!(line.matches('`').count() % 2 == 0, "line {number}: a template goes on in the next line");
            lines.push((number, line));
        }
    }
    Ok(lines)
}

/// Leaves out what a line says to the type checker: `/** @type {T} */ (x)` -> `(x)`.
fn without_types(line: &str) -> Result<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("/** @") {
        out.push_str(before);
        rest = after.split_once("*/").context("a comment goes on in the next line")?.1.trim_start();
    }
    Ok(out + rest)
}

fn is_comment(line: &str) -> bool {
    line.starts_with("/**") && line.find("*/").is_some_and(|end| end + 2 == line.len())
}

/// Takes `{ a, b as c } from './file.js';` apart; the file may be missing.
fn names_from(list: &str) -> Result<(Vec<&str>, Option<&str>)> {
    let parts = list.strip_prefix("{ ").and_then(|rest| rest.strip_suffix(';')?.split_once(" }"));
    let (names, rest) = parts.context("not of the form `{ names } from './file.js';` in one line")?;
    let names: Vec<&str> = names.split(", ").collect();
    if rest.is_empty() {
        return Ok((names, None));
    }
    ensure!(!names.iter().any(|name| name.contains(' ')), "a name from another file may not be changed");
    let file = rest.strip_prefix(" from '").and_then(|file| file.strip_suffix('\''));
    Ok((names, Some(file.context("not of the form `{ names } from './file.js';`")?)))
}

/// The file that `specifier` means in a file of `folder`; there is one level of folders.
fn resolved(specifier: &str, folder: &str) -> Result<String> {
    match (specifier.strip_prefix("./"), specifier.strip_prefix("../")) {
        (Some(file), _) if folder.is_empty() => Ok(file.to_string()),
        (Some(file), _) => Ok(format!("{folder}/{file}")),
        (_, Some(file)) if !folder.is_empty() => Ok(file.to_string()),
        _ => bail!("{specifier} is not a file of the loader"),
    }
}

/// The names that a line at the top level declares.
fn declared(line: &str) -> Result<Vec<&str>> {
    if let Some(rest) = line.strip_prefix("const { ") {
        let (names, _) = rest.split_once(" } = ").context("names not in one line")?;
        return Ok(names.split(", ").collect());
    }
    let kinds = ["function* ", "function ", "async function ", "class ", "const ", "let "];
    let rest = kinds
        .iter()
        .find_map(|kind| line.strip_prefix(kind))
        .context("neither function, class nor variable")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    ensure!(end > 0, "a declaration without a name");
    Ok(vec![&rest[..end]])
}

#[cfg(test)]
mod tests {
    use super::{FILES, Joiner, State, source};
    use std::collections::HashSet;

    fn join(files: &[(&str, &str)]) -> Result<String, String> {
        let mut joiner = Joiner { files, text: String::new(), names: HashSet::new(), begun: Vec::new() };
        joiner.add(files[0].0).map_err(|error| format!("{error:#}"))?;
        assert!(joiner.begun.iter().all(|(_, state)| *state == State::Done));
        Ok(joiner.text)
    }

    #[test]
    fn files_stand_behind_what_they_import_without_comments() {
        let files = [
            (
                "a.js",
                "/** Top. */\nimport { b } from './b.js';\n\n/**\n * Doc.\n */\nexport const a = /** @type {any} */ (b);\nexport { a as c };\n",
            ),
            ("b.js", "export function b() {\n  // note\n  return `//`;\n}\n"),
        ];
        let expected =
            "\n// b.js\nfunction b() {\n  return `//`;\n}\n\n// a.js\nconst a = (b);\nconst c = a;\n";
        assert_eq!(join(&files).unwrap(), expected);
    }

    #[test]
    fn files_in_folders_find_those_beside_and_above_them() {
        let files = [
            ("in/a.js", "import { b } from './b.js';\nimport { c } from '../c.js';\nif (b) c();\n"),
            ("in/b.js", "export const b = 1;\n"),
            ("c.js", "export const c = 1;\n"),
        ];
        let expected = "\n// in/b.js\nconst b = 1;\n\n// c.js\nconst c = 1;\n\n// in/a.js\nif (b) c();\n";
        assert_eq!(join(&files).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_joined_is_an_error_that_says_where() {
        let refusal = |a: &str, b: &str| join(&[("a.js", a), ("b.js", b)]).unwrap_err();
        let import = "import { b } from './b.js';\n";
        assert_eq!(
            refusal(&format!("{import}const b = 1;\n"), "const b = 2;"),
            "a.js, line 2: another file has something called `b`, too"
        );
        assert_eq!(
            refusal(&format!("{import}const {{ a, b }} = 1;\n"), "const b = 2;"),
            "a.js, line 2: another file has something called `b`, too"
        );
        assert!(refusal(import, "import { a } from './a.js';").ends_with("a.js imports itself in a circle"));
        assert!(refusal("import x from 'y';", "").starts_with("a.js, line 1: not of the form"));
        assert!(refusal("import { x as y } from './b.js';", "").contains("may not be changed"));
        assert!(refusal("import { x } from 'node:fs';", "").contains("node:fs is not a file of the loader"));
        assert!(refusal("import { x } from '../b.js';", "").contains("../b.js is not a file of the loader"));
        assert!(refusal("export default 1;", "").contains("neither function, class nor variable"));
        assert!(refusal("const x = `\nimport y;`;", "").contains("a template goes on"));
        assert!(refusal("import { c } from './c.js';", "").contains("c.js is not among the loader's files"));
    }

    #[test]
    fn the_loader_can_be_joined_and_all_files_are_needed() {
        let (text, without) = (source(true).unwrap(), source(false).unwrap());
        for (file, _) in FILES {
            let line = format!("\n// {file}\n");
            assert!(text.contains(&line), "{file}");
            assert_eq!(without.contains(&line), !file.starts_with("async/"), "{file}");
        }
    }

    /// Names in generated code are numbered, end with an underscore, or are among these.
    #[test]
    fn the_loader_leaves_names_to_generated_code() {
        let mut names: Vec<&str> = super::joined(true).unwrap().names.into_iter().collect();
        names.sort_unstable();
        for name in names {
            let is_taken =
                ["bindings", "bundle", "compile", "exports", "imports", "instantiate", "modules", "plan"];
            assert!(!is_taken.contains(&name) && !name.ends_with('_'), "{name}");
            let numbered =
                ["lift", "lower", "load", "store"].iter().filter_map(|verb| name.strip_prefix(verb));
            assert!(
                !numbered.into_iter().any(|rest| rest.starts_with(|c: char| c.is_ascii_digit())),
                "{name}"
            );
        }
    }
}
