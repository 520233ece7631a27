//! Any bytes: there is always an answer, and what is built is valid.
//!
//! `tests/hostile.rs` runs a bounded form of this in the ordinary tests. To start from real input, give the corpus
//! folder a few components: `cargo fuzz run --fuzz-dir tests/fuzz bytes CORPUS_FOLDER`.

#![no_main]

use corefuse::write::bindings;
use corefuse::{BuildOptions, plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // An error is an answer too.
    let _answer = build(bytes);
});

fn build(bytes: &[u8]) -> anyhow::Result<()> {
    let options = BuildOptions { bindings: Some(bindings::Options::default()), ..BuildOptions::default() };
    let bundle = corefuse::build(bytes, &options)?;
    for (name, file) in &bundle.files {
        if name.ends_with(".wasm") {
            let mut validator = wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
            let error = validator.validate_all(file).err();
            assert!(error.is_none(), "{name} is not valid: {error:?}");
        }
    }
    plan::check(&bundle.plan)?;
    Ok(())
}
