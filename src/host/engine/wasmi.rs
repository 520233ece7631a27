//! The engine interface on wasmi, an interpreter written in Rust: components where no component engine exists.

use super::{CoreTrap, Item, Kind, ModuleItem, Settings};
use crate::abi::FlatType;
use crate::host::state::{State, Usage};
use ::wasmi::{AsContextMut, Caller, Extern, ExternType, TrapCode, Val, ValType};
use anyhow::{Result, anyhow, bail, ensure};
use std::fmt;
use std::sync::Arc;
use wasmparser::TypeRef;

/// Compiles modules. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Engine(::wasmi::Engine);

impl Engine {
    /// Name for messages.
    pub(crate) const NAME: &str = "wasmi";
    /// Features of [`crate::plan::Requirement`] that this engine has.
    pub(crate) const FEATURES: &[&str] =
        &["extended-const", "memory64", "multi-memory", "relaxed-simd", "table64", "wide-arithmetic"];

    pub(crate) fn new(settings: &Settings) -> Engine {
        let mode = match settings.lazy {
            true => ::wasmi::CompilationMode::LazyTranslation,
            false => ::wasmi::CompilationMode::Eager,
        };
        let mut config = ::wasmi::Config::default();
        config.consume_fuel(settings.fuel).compilation_mode(mode).wasm_wide_arithmetic(true);
        if let Some(bytes) = settings.max_stack {
            config.set_min_stack_height(bytes.min(1 << 10)).set_max_stack_height(bytes);
        }
        Engine(::wasmi::Engine::new(&config))
    }

    pub(crate) fn same(&self, other: &Engine) -> bool {
        ::wasmi::Engine::same(&self.0, &other.0)
    }

    pub(crate) fn compile(&self, wasm: &[u8]) -> Result<Module> {
        let module = ::wasmi::Module::new(&self.0, wasm).map_err(failure)?;
        Ok(Module { module, imports: imports(wasm)? })
    }
}

/// A compiled module. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    module: ::wasmi::Module,
    /// In the order of the module; wasmi's own list is sorted by kind.
    imports: Arc<[ModuleItem]>,
}

impl Module {
    pub(crate) fn imports(&self) -> &[ModuleItem] {
        &self.imports
    }

    pub(crate) fn exports(&self) -> Vec<ModuleItem> {
        let item = |e: ::wasmi::ExportType<'_>| ModuleItem {
            module: String::new(),
            name: e.name().into(),
            kind: match e.ty() {
                ExternType::Func(_) => Kind::Func,
                ExternType::Table(_) => Kind::Table,
                ExternType::Memory(_) => Kind::Memory,
                ExternType::Global(_) => Kind::Global,
            },
        };
        self.module.exports().map(item).collect()
    }
}

/// The imports of a module in its order.
fn imports(wasm: &[u8]) -> Result<Arc<[ModuleItem]>> {
    let mut items = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        match payload? {
            wasmparser::Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let kind = match import.ty {
                        TypeRef::Func(_) | TypeRef::FuncExact(_) => Kind::Func,
                        TypeRef::Table(_) => Kind::Table,
                        TypeRef::Memory(_) => Kind::Memory,
                        TypeRef::Global(_) => Kind::Global,
                        TypeRef::Tag(_) => bail!("{} has no exceptions", Engine::NAME),
                    };
                    items.push(ModuleItem { module: import.module.into(), name: import.name.into(), kind });
                }
            }
            // Imports come before code, which need not be looked at.
            wasmparser::Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    Ok(items.into())
}

/// Owns everything that is instantiated, and one [`State`].
#[derive(Debug)]
pub(crate) struct Store(::wasmi::Store<State>);

impl Store {
    pub(crate) fn new(engine: &Engine, state: State) -> Store {
        let mut store = ::wasmi::Store::new(&engine.0, state);
        store.limiter(|state| &mut state.usage);
        Store(store)
    }

    pub(crate) fn context(&mut self) -> Context<'_> {
        Context(self.0.as_context_mut())
    }

    pub(crate) fn state(&self) -> &State {
        self.0.data()
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        self.0.data_mut()
    }

    /// Remaining fuel; an error where the engine does not consume any.
    pub(crate) fn fuel(&self) -> Result<u64> {
        self.0.get_fuel().map_err(failure)
    }

    /// Sets the remaining fuel; an error where the engine does not consume any.
    pub(crate) fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.0.set_fuel(fuel).map_err(failure)
    }

    pub(crate) fn into_state(self) -> State {
        self.0.into_data()
    }
}

impl ::wasmi::ResourceLimiter for Usage {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, ::wasmi_core::LimiterError> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.grow_memory(current, desired))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, ::wasmi_core::LimiterError> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.grow_table(current, desired))
    }

    fn instances(&self) -> usize {
        self.core_instances()
    }

    fn tables(&self) -> usize {
        self.core_instances().saturating_mul(10)
    }

    fn memories(&self) -> usize {
        self.core_instances().saturating_mul(10)
    }
}

/// A borrowed store.
#[derive(Debug)]
pub(crate) struct Context<'a>(::wasmi::StoreContextMut<'a, State>);

impl Context<'_> {
    pub(crate) fn reborrow(&mut self) -> Context<'_> {
        Context(self.0.as_context_mut())
    }

    pub(crate) fn state(&self) -> &State {
        self.0.data()
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        self.0.data_mut()
    }

    pub(crate) fn fuel(&self) -> Result<u64> {
        self.0.get_fuel().map_err(failure)
    }

    pub(crate) fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.0.set_fuel(fuel).map_err(failure)
    }
}

/// An instance of a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance(::wasmi::Instance);

impl Instance {
    /// Instantiates `module`, whose imports are supplied in order, and runs its start function.
    pub(crate) fn new(cx: &mut Context<'_>, module: &Module, imports: &[Item]) -> Result<Instance> {
        ensure!(imports.len() == module.imports.len(), "a module with other imports was expected");
        // wasmi wants them sorted by kind.
        let mut sorted: Vec<(Kind, Extern)> =
            module.imports.iter().zip(imports).map(|(import, item)| (import.kind, to_extern(item))).collect();
        sorted.sort_by_key(|(kind, _)| *kind);
        let imports: Vec<Extern> = sorted.into_iter().map(|(_, item)| item).collect();
        ::wasmi::Instance::new(&mut cx.0, &module.module, &imports).map(Instance).map_err(failure)
    }

    pub(crate) fn export(self, cx: &Context<'_>, name: &str) -> Option<Item> {
        Some(match self.0.get_export(&cx.0, name)? {
            Extern::Func(f) => Item::Func(Func(f)),
            Extern::Table(t) => Item::Table(Table(t)),
            Extern::Memory(m) => Item::Memory(Memory(m)),
            Extern::Global(g) => Item::Global(Global(g)),
        })
    }
}

fn to_extern(item: &Item) -> Extern {
    match item {
        Item::Func(f) => Extern::Func(f.0),
        Item::Table(t) => Extern::Table(t.0),
        Item::Memory(m) => Extern::Memory(m.0),
        Item::Global(g) => Extern::Global(g.0),
    }
}

/// A core function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Func(::wasmi::Func);

impl Func {
    /// Makes a core function that calls `body` with its parameters; `body` fills in the results.
    pub(crate) fn new(
        cx: &mut Context<'_>,
        params: &[FlatType],
        results: &[FlatType],
        body: impl Fn(Context<'_>, &[u64], &mut [u64]) -> Result<()> + Send + Sync + 'static,
    ) -> Func {
        let types = |types: &[FlatType]| types.iter().map(|&t| val_type(t)).collect::<Vec<_>>();
        let result_types = types(results);
        let ty = ::wasmi::FuncType::new(types(params), result_types.clone());
        let call = move |mut caller: Caller<'_, State>, params: &[Val], results: &mut [Val]| {
            let carry = |error| ::wasmi::Error::host(Carried(error));
            let params = params.iter().map(to_bits).collect::<Result<Vec<_>>>().map_err(carry)?;
            let mut bits = vec![0; results.len()];
            body(Context(caller.as_context_mut()), &params, &mut bits).map_err(carry)?;
            for ((slot, &bits), &ty) in results.iter_mut().zip(&bits).zip(&result_types) {
                *slot = from_bits(bits, ty).map_err(carry)?;
            }
            Ok(())
        };
        Func(::wasmi::Func::new(&mut cx.0, ty, call))
    }

    /// Calls the function; an error if the numbers of parameters or results are not its own.
    pub(crate) fn call(self, cx: &mut Context<'_>, params: &[u64], results: &mut [u64]) -> Result<()> {
        let ty = self.0.ty(&cx.0);
        let counts = (ty.params().len(), ty.results().len());
        ensure!(
            counts == (params.len(), results.len()),
            "a core function has {} parameters and {} results where {} and {} are expected",
            counts.0,
            counts.1,
            params.len(),
            results.len(),
        );
        let zipped = params.iter().zip(ty.params());
        let inputs = zipped.map(|(&bits, &ty)| from_bits(bits, ty)).collect::<Result<Vec<_>>>()?;
        let mut outputs = vec![Val::I32(0); results.len()];
        self.0.call(&mut cx.0, &inputs, &mut outputs).map_err(failure)?;
        for (slot, value) in results.iter_mut().zip(&outputs) {
            *slot = to_bits(value)?;
        }
        Ok(())
    }
}

fn val_type(ty: FlatType) -> ValType {
    match ty {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}

/// The bits of a number; references and vectors never cross a component boundary.
fn to_bits(value: &Val) -> Result<u64> {
    Ok(match value {
        Val::I32(v) => u64::from(*v as u32),
        Val::I64(v) => *v as u64,
        Val::F32(v) => u64::from(v.to_bits()),
        Val::F64(v) => v.to_bits(),
        Val::V128(_) | Val::FuncRef(_) | Val::ExternRef(_) => return Err(not_a_number(value.ty())),
    })
}

fn from_bits(bits: u64, ty: ValType) -> Result<Val> {
    Ok(match ty {
        ValType::I32 => Val::I32(bits as u32 as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(::wasmi::F32::from_bits(bits as u32)),
        ValType::F64 => Val::F64(::wasmi::F64::from_bits(bits)),
        ValType::V128 | ValType::FuncRef | ValType::ExternRef => return Err(not_a_number(ty)),
    })
}

fn not_a_number(ty: ValType) -> anyhow::Error {
    anyhow!("a core item at a component's boundary has type {ty:?}, where only numbers can be")
}

/// A linear memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory(::wasmi::Memory);

impl Memory {
    pub(crate) fn bytes<'a>(self, cx: &'a Context<'_>) -> &'a [u8] {
        self.0.data(&cx.0)
    }

    pub(crate) fn bytes_mut<'a>(self, cx: &'a mut Context<'_>) -> &'a mut [u8] {
        self.0.data_mut(&mut cx.0)
    }
}

/// A global variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Global(::wasmi::Global);

impl Global {
    pub(crate) fn get(self, cx: &Context<'_>) -> Result<u64> {
        to_bits(&self.0.get(&cx.0))
    }

    pub(crate) fn set(self, cx: &mut Context<'_>, bits: u64) -> Result<()> {
        let ty = self.0.ty(&cx.0).content();
        let value = from_bits(bits, ty)?;
        self.0.set(&mut cx.0, value).map_err(|error| anyhow!("{error}"))
    }
}

/// A table of functions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table(::wasmi::Table);

impl Table {
    pub(crate) fn set(self, cx: &mut Context<'_>, index: u32, func: Func) -> Result<()> {
        let func = ::wasmi::Ref::from(::wasmi::Nullable::Val(func.0));
        self.0.set(&mut cx.0, u64::from(index), func).map_err(|error| anyhow!("{error}"))
    }
}

/// An error of a host function on its way through guest frames.
#[derive(Debug)]
struct Carried(anyhow::Error);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl ::wasmi::errors::HostError for Carried {}

/// The error as the rest of the host knows it: see the module's documentation.
fn failure(error: ::wasmi::Error) -> anyhow::Error {
    if let Some(code) = error.as_trap_code() {
        let reason = match code {
            TrapCode::IndirectCallToNull => "uninitialized element",
            code => code.trap_message(),
        };
        return CoreTrap { reason, is_unreachable: code == TrapCode::UnreachableCodeReached }.into();
    }
    match error.downcast_ref::<Carried>() {
        None => anyhow!("{error}"),
        Some(_) => match error.downcast::<Carried>() {
            Some(Carried(inner)) => inner,
            None => unreachable!("the error was seen to be one"),
        },
    }
}
