//! The plan's table of core modules: files, hashes, what the engine must offer.
//!
//! Only modules that something instantiates or exports are in it. Modules of equal bytes share an entry, and so
//! a file. Guest modules come first, in the order of the input, then the runtime module, then adapter modules in
//! the order in which they are instantiated.

use super::name::BundleName;
use super::{Module, ModuleImport, ModuleKind, Requirement};
use crate::dfg::{CoreInstanceSource, Dfg, Effect, ExportKind, ModuleId};
use crate::fact::{AdapterModuleId, Fused, GeneratedModule};
use crate::id::{Id, IdVec};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the bytes of a module in the plan come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleSource {
    /// The input.
    Guest(ModuleId),
    /// [`Fused::modules`].
    Adapter(AdapterModuleId),
    /// [`Fused::runtime`].
    Runtime,
}

type Hash = [u8; 32];

/// The table while it is made.
pub(super) struct ModuleTable<'n> {
    name: &'n BundleName,
    modules: Vec<Module>,
    sources: Vec<ModuleSource>,
    guests: IdVec<ModuleId, Option<usize>>,
    adapters: HashMap<Hash, usize>,
}

impl<'n> ModuleTable<'n> {
    /// A table of the guest modules that `dfg` uses, and the runtime module.
    pub(super) fn new(dfg: &Dfg<'_>, fused: &Fused, name: &'n BundleName) -> ModuleTable<'n> {
        let guests = dfg.modules.ids().map(|_| None).collect();
        let mut table =
            ModuleTable { name, modules: vec![], sources: vec![], guests, adapters: HashMap::new() };
        table.add_guests(dfg);
        if let Some(runtime) = &fused.runtime {
            let file = name.runtime_file();
            let hash = hash(&runtime.module.wasm);
            table.push(ModuleSource::Runtime, generated(ModuleKind::Runtime, file, &runtime.module, hash));
        }
        table
    }

    fn add_guests(&mut self, dfg: &Dfg<'_>) {
        let used = used_modules(dfg);
        let hashes = hash_all(&used.iter().map(|&id| dfg.modules[id].bytes).collect::<Vec<_>>());
        let mut by_hash = HashMap::new();
        for (id, hash) in used.into_iter().zip(hashes) {
            let number = *by_hash.entry(hash).or_insert_with(|| {
                let module = &dfg.modules[id];
                let imports = module.imports.iter();
                let entry = Module {
                    kind: ModuleKind::Guest,
                    file: self.name.guest_file(self.modules.len()),
                    size: module.bytes.len() as u64,
                    sha256: hex(&hash),
                    imports: imports
                        .map(|i| ModuleImport(i.module.to_string(), i.name.to_string()))
                        .collect(),
                    features: module.features.iter().map(|f| f.to_string()).collect(),
                };
                self.push(ModuleSource::Guest(id), entry)
            });
            self.guests[id] = Some(number);
        }
    }

    /// The number of a guest module that is instantiated or exported.
    pub(super) fn guest(&self, id: ModuleId) -> usize {
        self.guests[id].expect("used_modules finds every module that a plan refers to")
    }

    /// The number of the runtime module, if there is one.
    pub(super) fn runtime(&self) -> Option<usize> {
        self.sources.iter().position(|&source| source == ModuleSource::Runtime)
    }

    /// The number of an adapter module, which is added if it is new.
    pub(super) fn adapter(&mut self, id: AdapterModuleId, module: &GeneratedModule) -> usize {
        let hash = hash(&module.wasm);
        if let Some(&number) = self.adapters.get(&hash) {
            return number;
        }
        let file = self.name.adapter_file(self.adapters.len());
        let number = self.push(ModuleSource::Adapter(id), generated(ModuleKind::Adapter, file, module, hash));
        self.adapters.insert(hash, number);
        number
    }

    fn push(&mut self, source: ModuleSource, module: Module) -> usize {
        self.sources.push(source);
        self.modules.push(module);
        self.modules.len() - 1
    }

    /// The table and where each module's bytes are.
    pub(super) fn finish(self) -> (Vec<Module>, Vec<ModuleSource>) {
        (self.modules, self.sources)
    }
}

fn generated(kind: ModuleKind, file: String, module: &GeneratedModule, hash: Hash) -> Module {
    Module {
        kind,
        file,
        size: module.wasm.len() as u64,
        sha256: hex(&hash),
        imports: module.imports.iter().map(|i| ModuleImport(i.module.clone(), i.name.clone())).collect(),
        features: module.features.iter().map(|f| f.to_string()).collect(),
    }
}

/// The guest modules that are instantiated or exported, in the order of the input.
fn used_modules(dfg: &Dfg<'_>) -> Vec<ModuleId> {
    let instantiated = dfg.effects.iter().filter_map(|effect| match effect {
        Effect::Instantiate(id) => match &dfg.core_instances[*id].source {
            CoreInstanceSource::Static { module, .. } => Some(*module),
            CoreInstanceSource::Imported { .. } => None,
        },
        Effect::DefineResource(_) => None,
    });
    let exported = dfg.exports.values().filter_map(|export| match &export.kind {
        ExportKind::Module(id) => Some(*id),
        ExportKind::Instance
        | ExportKind::Func(_)
        | ExportKind::Import(_)
        | ExportKind::Resource(_)
        | ExportKind::Type(_) => None,
    });
    let mut used = vec![false; dfg.modules.len()];
    instantiated.chain(exported).for_each(|id| used[id.index()] = true);
    dfg.modules.ids().filter(|id| used[id.index()]).collect()
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Hashes all `inputs` on all cores, since a component may hold tens of megabytes of modules.
fn hash_all(inputs: &[&[u8]]) -> Vec<Hash> {
    let hashes: Vec<OnceLock<Hash>> = inputs.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let hash_rest = || {
        while let Some(n) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&n| n < inputs.len()) {
            hashes[n].get_or_init(|| hash(inputs[n]));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 1..cores.min(inputs.len()) {
            scope.spawn(hash_rest);
        }
        hash_rest();
    });
    hashes.into_iter().map(|hash| hash.into_inner().expect("every input was claimed and hashed")).collect()
}

/// SHA-256 of a file, as the plan writes it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One requirement for each engine feature that any of `modules` needs, sorted.
pub(super) fn requirements(modules: &[Module]) -> Vec<Requirement> {
    let mut users: BTreeMap<&str, Vec<&Module>> = BTreeMap::new();
    for module in modules {
        module.features.iter().for_each(|feature| users.entry(feature).or_default().push(module));
    }
    let requirement = |(feature, users): (&str, Vec<&Module>)| Requirement {
        feature: feature.to_owned(),
        reason: reason(feature, &users),
        optional: false,
    };
    users.into_iter().map(requirement).collect()
}

/// Who needs `feature`, and for what where that is known: `users` is not empty.
fn reason(feature: &str, users: &[&Module]) -> String {
    let mut reasons = Vec::new();
    for kind in [ModuleKind::Guest, ModuleKind::Runtime, ModuleKind::Adapter] {
        let files: Vec<&str> =
            users.iter().filter(|module| module.kind == kind).map(|module| module.file.as_str()).collect();
        let named = match &files[..] {
            [] => continue,
            [one] => (*one).to_owned(),
            [one, two] => format!("{one} and {two}"),
            [one, rest @ ..] => format!("{one} and {} others", rest.len()),
        };
        reasons.push(format!("{named}: {}", purpose(feature, kind)));
    }
    reasons.join("; ")
}

fn purpose(feature: &str, kind: ModuleKind) -> &'static str {
    match (feature, kind) {
        (_, ModuleKind::Guest) => "the component's own code uses it",
        ("multi-memory", _) => "copies between the memories of different components",
        ("memory64", _) => "reads or writes a 64-bit memory",
        ("exceptions", _) => "keeps guest exceptions from crossing component boundaries",
        _ => "generated code uses it",
    }
}
