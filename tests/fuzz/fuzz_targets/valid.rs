//! Valid components: they are built into valid modules, or refused by name.

#![no_main]

use arbitrary::Unstructured;
use corefuse::error::{LimitExceeded, Unsupported};
use corefuse::BuildOptions;
use libfuzzer_sys::fuzz_target;
use wasm_smith::{Component, Config};

fuzz_target!(|bytes: &[u8]| {
    let mut unstructured = Unstructured::new(bytes);
    let Ok(generated) = Component::new(Config::default(), &mut unstructured) else { return };
    let binary = generated.to_bytes();
    // Some of what is generated is not valid after all, such as tuples of nothing.
    let mut validator = wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
    if validator.validate_all(&binary).is_err() {
        return;
    }
    if let Err(error) = build(&binary) {
        let by_name = error.is::<Unsupported>() || error.is::<LimitExceeded>();
        assert!(by_name, "a valid component was refused without a name: {error:#}");
    }
});

fn build(binary: &[u8]) -> anyhow::Result<()> {
    let bundle = corefuse::build(binary, &BuildOptions::default())?;
    for (name, file) in &bundle.files {
        if name.ends_with(".wasm") {
            let mut validator = wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
            let error = validator.validate_all(file).err();
            assert!(error.is_none(), "{name} is not valid: {error:?}");
        }
    }
    Ok(())
}
