//! Declarations: `tsc --strict` accepts what is generated, accepts right uses of it and refuses wrong ones.
//!
//! A case is a component and some `NAME.uses.ts` of `tests/declarations/`. What must not compile is marked there with
//! `@ts-expect-error`, and `tsc` complains about a mark without an error, so both kinds of uses can fail.

use anyhow::{Context, ensure};
use corefuse::plan::BundleName;
use corefuse::write::bindings::docs::Docs;
use corefuse::write::bindings::import_map::ImportMap;
use corefuse::write::bindings::{Form, Options};
use corefuse::{BuildOptions, component, write};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    const EVERYTHING: &str = "tests/declarations/everything.wat";
    const ODD_NAMES: &str = "js-loader/test/components/odd-names.wat";
    let instantiate = || Form::Instantiate;
    let case = |input, bundle, uses, form, inline| Case { input, bundle, uses, wit: None, form, inline };
    let shop = |bundle, uses, form| Case {
        wit: Some("examples/shop/wit"),
        ..case("examples/shop/shop.wasm", bundle, uses, form, false)
    };
    let cases = [
        case(EVERYTHING, "everything", &["everything", "everything-files"][..], instantiate, false),
        case(EVERYTHING, "everything", &["everything", "everything-inline"], instantiate, true),
        case(EVERYTHING, "everything-module", &["everything-module"], module, false),
        case(EVERYTHING, "everything-inline-module", &["everything-inline-module"], module, true),
        case("tests/declarations/tasks.wat", "tasks", &["tasks"], instantiate, false),
        case("tests/declarations/tasks.wat", "tasks", &["tasks"], instantiate, true),
        case(ODD_NAMES, "odd-names", &["odd-names"], instantiate, false),
        shop("shop", &["shop"], instantiate),
        shop("shop-module", &["shop-module"], module),
    ];
    let trials = cases.map(|case| {
        let name = format!("{}{}", case.bundle, if case.inline { ", in one file" } else { "" });
        Trial::ignorable_test(name, move || trial(&case))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

struct Case {
    /// A component, from the repository's root.
    input: &'static str,
    /// Name of the bundle, which the uses import.
    bundle: &'static str,
    /// `NAME.uses.ts` in `tests/declarations/`.
    uses: &'static [&'static str],
    /// Where its doc comments are.
    wit: Option<&'static str>,
    form: fn() -> Form,
    /// Whether the bindings are one file.
    inline: bool,
}

fn module() -> Form {
    Form::Module(ImportMap::default())
}

fn trial(case: &Case) -> Result<Completion, Failed> {
    let tsc = repository().join("js-loader/node_modules/.bin/tsc");
    if !tsc.exists() {
        return Ok(Completion::ignored_with("no TypeScript: run `npm ci --prefix js-loader`"));
    }
    check(case, &tsc).map_err(|error| Failed::from(format!("{error:#}")))?;
    Ok(Completion::Completed)
}

fn check(case: &Case, tsc: &Path) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let bytes = component::from_text_or_binary(&std::fs::read(repository().join(case.input))?)?.into_owned();
    let docs = case.wit.map(|wit| Docs::read(&repository().join(wit))).transpose()?;
    let options = BuildOptions {
        name: BundleName::new(case.bundle)?,
        bindings: Some(Options { docs: docs.unwrap_or_default(), form: (case.form)(), inline: case.inline }),
        ..Default::default()
    };
    write::disk::write(&corefuse::build(&bytes, &options)?, directory.path())?;
    let uses: Vec<String> = case.uses.iter().map(|name| format!("{name}.uses.ts")).collect();
    for file in &uses {
        std::fs::copy(repository().join("tests/declarations").join(file), directory.path().join(file))?;
    }
    std::fs::write(directory.path().join("tsconfig.json"), config(&uses))?;
    let output =
        Command::new(node()).arg(tsc).arg("-p").arg(directory.path()).output().context("cannot run tsc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// A strict project that finds the package `corefuse` in this repository, by its sources.
fn config(uses: &[String]) -> String {
    let loader = repository().join("js-loader");
    let wasi = repository().join("tests/node_modules/@bytecodealliance/preview2-shim");
    let wasi_instantiation = [wasi.join("dist/common/instantiation.d.ts")];
    serde_json::json!({
        "compilerOptions": {
            "strict": true, "noEmit": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": false,
            "target": "ES2022", "lib": ["ES2024", "ESNext.Disposable", "DOM"], "allowJs": true,
            "module": "ESNext", "moduleResolution": "bundler", "types": [],
            "paths": {
                "corefuse": [loader.join("src/browser.js")],
                "corefuse/bindings": [loader.join("src/bindings.js")],
                "@bytecodealliance/preview2-shim/instantiation": wasi_instantiation
            }
        },
        "files": uses
    })
    .to_string()
}

fn node() -> PathBuf {
    std::env::var_os("COREFUSE_NODE").map_or_else(|| "node".into(), PathBuf::from)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
