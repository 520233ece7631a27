//! The documents say what there is: every name of the plan's schema, every trap reason, every refused feature and every
//! limit is in its document, and no link between documents leads nowhere.

use corefuse::abi::Trap;
use corefuse::error::{Feature, Limit};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is written as code, whole.
fn spans(markdown: &str) -> BTreeSet<&str> {
    let double = markdown.split("``").skip(1).step_by(2).map(str::trim);
    double.chain(markdown.split('`').skip(1).step_by(2)).collect()
}

/// The names of fields, and the strings that fields may be.
fn schema_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                names.extend(properties.keys().cloned());
            }
            let constant = members.get("const").into_iter();
            let allowed = members.get("enum").and_then(Value::as_array).into_iter().flatten();
            names.extend(constant.chain(allowed).filter_map(Value::as_str).map(str::to_string));
            members.values().for_each(|member| schema_names(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| schema_names(item, names)),
        _ => {}
    }
}

#[test]
fn the_plan_reference_has_every_name_of_the_schema() {
    let text = read("docs/plan.md");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '+';
    let words: BTreeSet<&str> =
        spans(&text).into_iter().flat_map(|span| span.split(|c| !is_name(c))).collect();
    let schema = serde_json::from_str(corefuse::plan::SCHEMA).expect("the schema is JSON");
    let mut names = BTreeSet::new();
    schema_names(&schema, &mut names);
    assert!(names.len() > 100, "{names:?}");
    let missing: Vec<_> = names.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "docs/plan.md does not mention {missing:?}");
}

#[test]
fn the_error_reference_has_every_trap_reason() {
    let text = read("docs/errors.md");
    let spans = spans(&text);
    let missing: Vec<_> =
        Trap::ALL.iter().map(|trap| trap.message()).filter(|rule| !spans.contains(rule)).collect();
    assert!(missing.is_empty(), "docs/errors.md does not explain {missing:?}");
}

#[test]
fn the_error_reference_has_every_refused_feature_and_every_limit() {
    let text = read("docs/errors.md");
    let rows = Feature::ALL.iter().map(|feature| format!("\n| {} |", feature.name()));
    let limits = Limit::ALL.iter().map(|limit| format!("\n| {} | {} |", limit.max(), limit.what()));
    let missing: Vec<_> = rows.chain(limits).filter(|row| !text.contains(row)).collect();
    assert!(missing.is_empty(), "docs/errors.md does not have the rows {missing:?}");
    // And none that is refused no more.
    let table =
        text.split("### `unsupported").nth(1).and_then(|rest| rest.split("###").next()).unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(
        rows,
        1 + Feature::ALL.len(),
        "the table of refused features has rows that are not in error.rs"
    );
}

/// The Markdown files of this repository, which are in these folders or the folders in them.
fn documents() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        [".", "docs", "examples", "js-loader", "js-loader/bench", "tests"].map(PathBuf::from).into();
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let listed = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
        listed.filter_map(|entry| Some(folder.join(entry.ok()?.file_name()))).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for parent in ["examples", "tests"] {
        let inner = entries(Path::new(parent));
        folders.extend(
            inner.into_iter().filter(|path| root.join(path).is_dir() && !path.ends_with("node_modules")),
        );
    }
    let is_document = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    folders.iter().flat_map(|folder| entries(folder)).filter(is_document).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    for document in documents() {
        let text = read(&document);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let is_elsewhere = target.contains("://") || target.is_empty();
            // Relative to the document; an absolute path is nobody's.
            let place = root.join(document.parent().unwrap_or(Path::new(""))).join(path);
            if !is_elsewhere && (path.starts_with('/') || !place.exists()) {
                broken.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
