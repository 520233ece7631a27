//! Declarations: `tsc --strict` accepts what is generated, accepts right uses of it and refuses wrong ones.
//!
//! A case is a component and a `NAME.uses.ts` in `tests/declarations/`. What must not compile is marked there with
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
    let everything = "tests/declarations/everything.wat";
    let (shop, wit) = ("examples/shop/shop.wasm", Some("examples/shop/wit"));
    let cases = [
        ("everything", Case { input: everything, wit: None, form: || Form::Instantiate, inline: false }),
        ("everything-module", Case { input: everything, wit: None, form: module, inline: false }),
        (
            "everything-inline",
            Case { input: everything, wit: None, form: || Form::Instantiate, inline: true },
        ),
        ("everything-inline-module", Case { input: everything, wit: None, form: module, inline: true }),
        ("shop", Case { input: shop, wit, form: || Form::Instantiate, inline: false }),
        ("shop-module", Case { input: shop, wit, form: module, inline: false }),
    ];
    let trials = cases.map(|(name, case)| Trial::ignorable_test(name, move || trial(name, &case)));
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

struct Case {
    /// A component, from the repository's root.
    input: &'static str,
    /// Where its doc comments are.
    wit: Option<&'static str>,
    form: fn() -> Form,
    inline: bool,
}

fn module() -> Form {
    Form::Module(ImportMap::default())
}

fn trial(name: &str, case: &Case) -> Result<Completion, Failed> {
    let tsc = repository().join("js-loader/node_modules/.bin/tsc");
    if !tsc.exists() {
        return Ok(Completion::ignored_with("no TypeScript: run `npm ci --prefix js-loader`"));
    }
    check(name, case, &tsc).map_err(|error| Failed::from(format!("{error:#}")))?;
    Ok(Completion::Completed)
}

fn check(name: &str, case: &Case, tsc: &Path) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let bytes = component::from_text_or_binary(&std::fs::read(repository().join(case.input))?)?.into_owned();
    let docs = case.wit.map(|wit| Docs::read(&repository().join(wit))).transpose()?;
    let options = BuildOptions {
        name: BundleName::new(name)?,
        bindings: Some(Options { docs: docs.unwrap_or_default(), form: (case.form)(), inline: case.inline }),
        ..Default::default()
    };
    write::disk::write(&corefuse::build(&bytes, &options)?, directory.path())?;
    let uses = format!("{name}.uses.ts");
    std::fs::copy(repository().join("tests/declarations").join(&uses), directory.path().join(&uses))?;
    std::fs::write(directory.path().join("tsconfig.json"), config(&uses))?;
    let output =
        Command::new(node()).arg(tsc).arg("-p").arg(directory.path()).output().context("cannot run tsc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// A strict project that finds the package `corefuse` in this repository, by its sources.
fn config(uses: &str) -> String {
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
        "files": [uses]
    })
    .to_string()
}

fn node() -> PathBuf {
    std::env::var_os("COREFUSE_NODE").map_or_else(|| "node".into(), PathBuf::from)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
