//! 5. The bundle: the files that are written, and how they get to disk.
//!
//! Guest modules are slices of the input, byte for byte; only generated modules and the plan are new memory.

pub mod bindings;
pub mod disk;
mod seal;

use crate::dfg::Dfg;
use crate::fact::Fused;
use crate::plan::{BindingsFile, Linearised, ModuleSource, Plan, json, sha256};
use anyhow::{Result, bail};
use indexmap::IndexMap;
use std::borrow::Cow;

/// Everything that is written for a component. `'a` is the life of the input.
#[derive(Debug)]
pub struct Bundle<'a> {
    /// The plan, which is also in [`Bundle::files`].
    pub plan: Plan,
    /// File names and contents: the modules in the plan's order, bindings, the plan as JSON; or only bindings that hold
    /// everything.
    pub files: IndexMap<String, Cow<'a, [u8]>>,
}

/// Gathers the files of a bundle, with bindings where their options are given.
///
/// # Errors
/// If `linearised` was not made from `dfg` and `fused`, or where [`bindings::declarations`] fails.
pub fn bundle<'a>(
    dfg: &Dfg<'a>,
    mut fused: Fused,
    linearised: Linearised,
    bindings: Option<&bindings::Options>,
) -> Result<Bundle<'a>> {
    let Linearised { mut plan, sources } = linearised;
    let mut files = IndexMap::with_capacity(sources.len() + 1);
    for (module, source) in plan.modules.iter().zip(sources) {
        let bytes = match (source, &mut fused.runtime) {
            (ModuleSource::Guest(id), _) => Cow::Borrowed(dfg.modules[id].bytes),
            (ModuleSource::Adapter(id), _) => Cow::Owned(std::mem::take(&mut fused.modules[id].wasm)),
            (ModuleSource::Runtime, Some(runtime)) => Cow::Owned(std::mem::take(&mut runtime.module.wasm)),
            (ModuleSource::Runtime, None) => bail!("the plan has a runtime module but none was generated"),
        };
        files.insert(module.file.clone(), bytes);
    }
    if let Some(options) = bindings {
        let javascript = bindings::javascript(&plan, options, &files)?;
        let texts = [("js", javascript), ("d.ts", bindings::declarations(&plan, options)?)];
        let texts = texts.map(|(extension, text)| (format!("{}.{extension}", plan.name), text));
        if options.inline {
            let sealed = texts.map(|(file, text)| (file, Cow::Owned(seal::seal(text).into_bytes())));
            return Ok(Bundle { plan, files: sealed.into_iter().collect() });
        }
        for (file, text) in texts {
            plan.bindings.push(BindingsFile { file: file.clone(), sha256: sha256(text.as_bytes()) });
            files.insert(file, Cow::Owned(text.into_bytes()));
        }
    }
    files.insert(plan_file(&plan.name), Cow::Owned(json::write(&plan).into_bytes()));
    Ok(Bundle { plan, files })
}

/// File name of a bundle's plan.
fn plan_file(name: &str) -> String {
    format!("{name}.plan.json")
}

#[cfg(test)]
mod tests {
    use super::Bundle;
    use crate::dfg::{Dfg, Export, ExportKind, Instance, Module};
    use crate::fact::Fused;
    use crate::plan::{BundleName, linearise};

    /// A bundle of a component that exports modules of these bytes.
    pub(super) fn bundle<'a>(name: &str, modules: &[&'a [u8]]) -> Bundle<'a> {
        let mut dfg = Dfg::default();
        dfg.instances.push(Instance { parent: None, path: "root".to_owned(), may_throw: false });
        for (i, bytes) in modules.iter().enumerate() {
            let (imports, exports, features) = (vec![], vec![], vec![]);
            let module =
                Module { bytes, offset: 0, imports, exports, features, may_throw: false, has_start: false };
            let kind = ExportKind::Module(dfg.modules.push(module));
            dfg.exports.push(Export {
                parent: None,
                name: format!("m{i}").into(),
                kind,
                implements: None,
                external_id: None,
            });
        }
        let fused = Fused::default();
        let linearised = linearise(&dfg, &fused, &BundleName::new(name).unwrap()).unwrap();
        super::bundle(&dfg, fused, linearised, None).unwrap()
    }

    #[test]
    fn guest_bytes_are_borrowed_and_equal_modules_share_a_file() {
        let bundle = bundle("app", &[b"same", b"other", b"same"]);
        let names: Vec<_> = bundle.files.keys().collect();
        assert_eq!(names, ["app.core0.wasm", "app.core1.wasm", "app.plan.json"]);
        assert!(matches!(bundle.files["app.core0.wasm"], std::borrow::Cow::Borrowed(b"same")));
        assert_eq!(bundle.plan.exports[2].kind, bundle.plan.exports[0].kind);
    }
}
