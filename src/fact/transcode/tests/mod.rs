//! The transcoders, run on wasmi against Rust's own conversions.
//!
//! A [`Rig`] is a module of all transcoders for one pair of address widths. Source and destination lie where reading
//! or writing too far is noticed: at the very end of their memories, at their very start, and between guard bytes.

mod boundaries;
mod invalid;
mod long_runs;
mod random;
mod reference;

use super::{Memory, Transcode, Transcoder};
use crate::abi::PointerWidth;
use reference::Outcome;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, FunctionSection, MemorySection, MemoryType, Module, TypeSection,
};
use wasmi::{Config, Engine, Extern, Linker, Store, Val};

const PAGE: usize = 1 << 16;
/// How many bytes around a destination are watched.
const GUARD: usize = 32;
const GUARD_BYTE: u8 = 0xA5;

/// Where a string lies in its memory.
#[derive(Clone, Copy, Debug)]
enum Place {
    Start,
    Middle,
    End,
}

const PLACES: [Place; 3] = [Place::Start, Place::Middle, Place::End];

impl Place {
    fn address(self, size: usize) -> usize {
        match self {
            Place::Start => 0,
            // Odd, since transcoders must not assume alignment to vectors, and UTF-16 is at least even.
            Place::Middle => 1002,
            Place::End => PAGE - size,
        }
    }
}

/// All transcoders for memories of certain widths, ready to be called.
struct Rig {
    store: Store<()>,
    instance: wasmi::Instance,
    widths: [PointerWidth; 2],
}

/// A module with memories `src` and `dst` of one page, and each transcoder exported by its name.
fn module(widths: [PointerWidth; 2]) -> Vec<u8> {
    let [src, dst] = [0, 1].map(|index| Memory { index, width: widths[index as usize] });
    let (mut types, mut functions, mut code) =
        (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    let (mut memories, mut exports) = (MemorySection::new(), ExportSection::new());
    for (index, &op) in (0..).zip(Transcoder::ALL) {
        let transcode = Transcode::new(op, src, dst);
        types.ty().function(transcode.params(), transcode.results());
        functions.function(index);
        code.function(&transcode.emit());
        exports.export(op.name(), ExportKind::Func, index);
    }
    for (name, memory) in [("src", src), ("dst", dst)] {
        let memory64 = memory.width == PointerWidth::W64;
        memories.memory(MemoryType {
            minimum: 1,
            maximum: Some(1),
            memory64,
            shared: false,
            page_size_log2: None,
        });
        exports.export(name, ExportKind::Memory, memory.index);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&exports).section(&code);
    module.finish()
}

impl Rig {
    fn new(widths: [PointerWidth; 2]) -> Rig {
        let wasm = module(widths);
        wasmparser::Validator::new().validate_all(&wasm).unwrap();
        let mut config = Config::default();
        config.wasm_multi_memory(true).wasm_memory64(true).wasm_simd(true);
        let engine = Engine::new(&config);
        let mut store = Store::new(&engine, ());
        let module = wasmi::Module::new(&engine, &wasm[..]).unwrap();
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        Rig { store, instance, widths }
    }

    fn memory(&mut self, name: &str) -> &mut [u8] {
        let memory = self.instance.get_memory(&self.store, name).unwrap();
        memory.data_mut(&mut self.store)
    }

    fn call(&mut self, op: Transcoder, args: &[Val]) -> Vec<i32> {
        let Some(Extern::Func(function)) = self.instance.get_export(&self.store, op.name()) else {
            panic!("no function {}", op.name());
        };
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        function.call(&mut self.store, args, &mut results).unwrap_or_else(|e| panic!("{}: {e}", op.name()));
        results.iter().map(|value| value.i32().unwrap()).collect()
    }

    fn address(&self, memory: usize, address: usize) -> Val {
        match self.widths[memory] {
            PointerWidth::W32 => Val::I32(address as i32),
            PointerWidth::W64 => Val::I64(address as i64),
        }
    }

    /// Runs `op` on `source` and compares results and what was written with the reference.
    fn check(&mut self, op: Transcoder, source: &[u8], places: [Place; 2]) {
        let expected = reference::run(op, source);
        let len = source.len() / reference::unit_size(op);
        let at = places[1].address(expected.capacity);
        let dst = self.memory("dst");
        surround(dst, at, expected.capacity, GUARD_BYTE);
        let results = if op.is_in_place() {
            dst[at..at + source.len()].copy_from_slice(source);
            let at = self.address(1, at);
            self.call(op, &[at, Val::I32(len as i32)])
        } else {
            let from = places[0].address(source.len());
            let src = self.memory("src");
            // What lies around the source would be noticed in the result.
            surround(src, from, source.len(), 0xC3);
            src[from..from + source.len()].copy_from_slice(source);
            let args = [self.address(0, from), Val::I32(len as i32), self.address(1, at)];
            self.call(op, &args)
        };
        self.compare(op, source, at, results, &expected);
    }

    fn compare(&mut self, op: Transcoder, source: &[u8], at: usize, results: Vec<i32>, expected: &Outcome) {
        let case = || format!("{} of {source:02x?}", op.name());
        match &expected.results {
            Some(expected) => assert_eq!(&results, expected, "{}", case()),
            None => assert!(results[0] < 0, "invalid: {}", case()),
        }
        let dst = self.memory("dst");
        let written = &dst[at..at + expected.written.len()];
        assert_eq!(written, expected.written, "{}", case());
        let end = at + expected.capacity;
        let around = [&dst[at.saturating_sub(GUARD)..at], &dst[end..PAGE.min(end + GUARD)]];
        assert!(
            around.iter().all(|guard| guard.iter().all(|&byte| byte == GUARD_BYTE)),
            "outside: {}",
            case()
        );
    }
}

/// Fills a string's place and what is around it.
fn surround(memory: &mut [u8], at: usize, size: usize, byte: u8) {
    memory[at.saturating_sub(GUARD)..PAGE.min(at + size + GUARD)].fill(byte);
}

/// Rigs for all pairs of widths.
fn rigs() -> Vec<Rig> {
    let widths = PointerWidth::BOTH;
    widths.iter().flat_map(|&src| widths.map(|dst| Rig::new([src, dst]))).collect()
}

/// Little-endian bytes of UTF-16.
fn utf16(text: &str) -> Vec<u8> {
    units(&text.encode_utf16().collect::<Vec<_>>())
}

fn units(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

#[test]
fn all_are_named_and_emitted_the_same_each_time() {
    let memory = |index| Memory { index, width: PointerWidth::W32 };
    let names: Vec<String> =
        Transcoder::ALL.iter().map(|&op| Transcode::new(op, memory(2), memory(5)).name()).collect();
    assert_eq!(names[1], "copy-utf8 memory2 memory5");
    assert_eq!(names[11], "inflate-latin1 memory5");
    assert_eq!(module(PointerWidth::BOTH), module(PointerWidth::BOTH));
}
