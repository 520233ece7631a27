//! What must hold for every plan and every generated module, whatever the golden says.

use anyhow::{Context, Result, bail, ensure};
use corefuse::BuildOptions;
use corefuse::plan::{self, ModuleKind, Plan};
use std::sync::OnceLock;
use wasmparser::{Validator, WasmFeatures};

/// What every engine has that corefuse generates code for.
const BASELINE: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::GC_TYPES);

/// Reads a plan and checks it against the schema and the rules of `plan::check`.
pub(crate) fn checked_plan(json: &str) -> Result<Plan> {
    let plan = plan::json::read(json).context("the plan that was written cannot be read")?;
    ensure!(plan::json::write(&plan) == json, "reading and writing the plan again changes it");
    let value = serde_json::from_str(json)?;
    let wrong = schema().iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path()));
    let wrong: Vec<String> = wrong.collect();
    ensure!(wrong.is_empty(), "the plan does not satisfy the schema: {}", wrong.join("; "));
    Ok(plan)
}

/// The plan without what changes whenever generated code does.
pub(crate) fn steady_plan(plan: &Plan) -> String {
    let mut plan = plan.clone();
    for module in plan.modules.iter_mut().filter(|module| module.kind != ModuleKind::Guest) {
        module.size = 0;
        module.sha256 = "0".repeat(64);
    }
    plan::json::write(&plan)
}

fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let schema = serde_json::from_str(plan::SCHEMA).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is a schema")
    })
}

/// Builds `text`, twice, and validates what was generated with the features its plan declares.
pub(crate) fn check_modules(text: &[u8]) -> Result<()> {
    let component = corefuse::component::from_text_or_binary(text)?;
    let options = BuildOptions::default();
    let bundle = corefuse::build(&component, &options)?;
    let again = corefuse::build(&component, &options)?;
    ensure!(bundle.files == again.files, "two builds differ");
    for module in bundle.plan.modules.iter().filter(|module| module.kind != ModuleKind::Guest) {
        let features = module.features.iter().map(|feature| flag(feature)).collect::<Result<Vec<_>>>()?;
        let features = features.into_iter().fold(BASELINE, WasmFeatures::union);
        Validator::new_with_features(features)
            .validate_all(&bundle.files[&module.file])
            .with_context(|| format!("{} is not valid with the features it declares", module.file))?;
    }
    Ok(())
}

/// What generated modules may need beyond the baseline.
fn flag(feature: &str) -> Result<WasmFeatures> {
    match feature {
        "multi-memory" => Ok(WasmFeatures::MULTI_MEMORY),
        "memory64" => Ok(WasmFeatures::MEMORY64),
        "exceptions" => Ok(WasmFeatures::EXCEPTIONS),
        _ => bail!("generated modules may not need {feature}"),
    }
}
