//! Hostile input: random bytes, truncations and mutations of components never make the library panic, hang, or
//! allocate without bound. The loop is bounded and its seeds are fixed; `tests/fuzz` has the same bodies for
//! `cargo fuzz`, which goes on for as long as it is let.

use corefuse::write::bindings;
use corefuse::{BuildOptions, component};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Mutations of each kind for each component.
const ROUNDS: u64 = 100;

/// How long one input may take. Generous: other tests run beside this one, in a debug build.
const LIMIT: Duration = Duration::from_secs(10);

/// How much memory the whole test may have used at its peak, in KiB; the inputs have a few ten KiB each.
const PEAK_LIMIT: u64 = 1024 * 1024;

/// Numbers that look random but are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not zero.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }
}

/// Options that leave out no stage.
fn with_bindings() -> BuildOptions {
    BuildOptions { bindings: Some(bindings::Options::default()), ..BuildOptions::default() }
}

/// Sends bytes through the whole pipeline. Errors are what is expected; what counts is that there is an answer.
fn build(bytes: &[u8]) -> anyhow::Result<usize> {
    let binary = component::from_text_or_binary(bytes)?;
    let bundle = corefuse::build(&binary, &with_bindings())?;
    Ok(bundle.files.values().map(|file| file.len()).sum())
}

/// Builds and checks time; `what` names the input in messages. Says whether it was accepted.
fn must_answer(bytes: &[u8], what: &str) -> bool {
    let start = Instant::now();
    let built = std::panic::catch_unwind(|| build(bytes));
    let Ok(built) = built else { panic!("panicked on {what}: {bytes:02x?}") };
    assert!(start.elapsed() < LIMIT, "{what} took {:?}: {bytes:02x?}", start.elapsed());
    if let Ok(size) = built {
        // Adapters and the plan grow with the types of the input, not with what numbers in it say.
        assert!(size < 1_000_000 + 200 * bytes.len(), "{what} became {size} bytes: {bytes:02x?}");
    }
    built.is_ok()
}

/// Real components, by name: the example's, and those of the corpus where it is.
fn real_components() -> Vec<(String, Vec<u8>)> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![repository.join("examples/shop")];
    let corpus = std::env::var_os("COREFUSE_CORPUS").map(PathBuf::from);
    folders.extend(
        corpus.or_else(|| Some(repository.join("../shared/components"))).filter(|path| path.is_dir()),
    );
    let mut components = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                let bytes = std::fs::read(&path).unwrap_or_default();
                components.push((path.display().to_string(), bytes));
            }
        }
    }
    components.sort();
    components
}

/// Small components from our own scripts, encoded: they use every construct, and mutations hit it more often.
fn small_components() -> Vec<(String, Vec<u8>)> {
    let mut components = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wast")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "wast") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                components.extend(
                    encoded(&text)
                        .into_iter()
                        .enumerate()
                        .map(|(index, bytes)| (format!("component {index} of {}", path.display()), bytes)),
                );
            }
        }
    }
    components.sort();
    components
}

/// The components that a script defines, in binary.
fn encoded(text: &str) -> Vec<Vec<u8>> {
    let Ok(buffer) = wast::parser::ParseBuffer::new(text) else { return Vec::new() };
    let Ok(script) = wast::parser::parse::<wast::Wast>(&buffer) else { return Vec::new() };
    let sources = script.directives.into_iter().filter_map(|directive| match directive {
        wast::WastDirective::Module(source) | wast::WastDirective::ModuleDefinition(source) => Some(source),
        _ => None,
    });
    sources
        .filter_map(|mut source| match source.to_test() {
            Ok(wast::QuoteWatTest::Binary(bytes)) => Some(bytes),
            _ => None,
        })
        .collect()
}

/// Where a component's mutations begin in the space of seeds: its bytes decide, so that adding one moves no other.
fn seed(bytes: &[u8]) -> Numbers {
    Numbers(bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

fn mutate(name: &str, bytes: &[u8], rounds: u64) {
    let mut numbers = seed(bytes);
    for round in 0..rounds {
        let cut = numbers.below(bytes.len());
        must_answer(&bytes[..cut], &format!("{name} cut at {cut}"));

        let mut changed = bytes.to_vec();
        let at = numbers.below(bytes.len());
        changed[at] = numbers.next().to_le_bytes()[0];
        must_answer(&changed, &format!("{name} changed at {at} (round {round})"));

        let mut moved = bytes.to_vec();
        let (from, to) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
        let length = numbers.below(16).min(bytes.len() - from.max(to));
        moved.copy_within(from..from + length, to);
        must_answer(&moved, &format!("{name} with {length} bytes of {from} at {to} (round {round})"));
    }
}

#[test]
fn random_bytes() {
    let mut numbers = Numbers(1);
    for length in 0..600 {
        let mut bytes: Vec<u8> = (0..length).map(|_| numbers.next().to_le_bytes()[0]).collect();
        must_answer(&bytes, "random bytes");
        // With the header of a component, so that sections are looked at.
        let header = b"\0asm\x0d\0\x01\0";
        let covered = header.len().min(bytes.len());
        bytes[..covered].copy_from_slice(&header[..covered]);
        must_answer(&bytes, "random bytes after a component's header");
    }
}

#[test]
fn mutations_of_real_components() {
    let components = real_components();
    assert!(!components.is_empty(), "the example's component is missing");
    for (name, bytes) in components {
        mutate(&name, &bytes, ROUNDS / 10);
    }
}

#[test]
fn mutations_of_small_components() {
    let components = small_components();
    assert!(components.len() > 30, "only {} components found in tests/wast", components.len());
    for (name, bytes) in components {
        mutate(&name, &bytes, ROUNDS);
    }
    // Linux tells the peak of the process; elsewhere only time is checked.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    assert!(peak.unwrap_or(0) < PEAK_LIMIT, "the peak was {peak:?} KiB");
}
