//! The sections of the runtime module while they grow.
//!
//! Functions can only call those added before them, so an index, once given, never changes.

use crate::abi::PointerWidth;
use crate::fact::code::{Code, FuncIndex, Local, Memory};
use wasm_encoder::{
    CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, ImportSection, MemorySection, MemoryType, Module, NameMap, NameSection, RefType,
    TableSection, TableType, TypeSection, ValType,
};

/// A global of the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct GlobalIndex(pub(super) u32);

/// A function type of the module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TypeIndex(pub(super) u32);

/// The only table there can be.
pub(super) const TABLE: u32 = 0;

/// A module under construction.
#[derive(Default)]
pub(super) struct ModuleBuilder {
    types: Vec<(Vec<ValType>, Vec<ValType>)>,
    imports: ImportSection,
    imported_functions: u32,
    functions: FunctionSection,
    tables: TableSection,
    memories: MemorySection,
    globals: GlobalSection,
    exports: ExportSection,
    code: CodeSection,
    names: Names,
}

#[derive(Default)]
struct Names {
    functions: NameMap,
    tables: NameMap,
    memories: NameMap,
    globals: NameMap,
}

impl ModuleBuilder {
    /// The index of a function type.
    pub(super) fn ty(&mut self, params: &[ValType], results: &[ValType]) -> TypeIndex {
        let same = |(p, r): &(Vec<ValType>, Vec<ValType>)| p == params && r == results;
        let index = self.types.iter().position(same).unwrap_or_else(|| {
            self.types.push((params.to_vec(), results.to_vec()));
            self.types.len() - 1
        });
        TypeIndex(index as u32)
    }

    /// Adds an imported function. All of them come before the first defined one.
    pub(super) fn import(
        &mut self,
        module: &str,
        name: &str,
        params: &[ValType],
        results: &[ValType],
    ) -> FuncIndex {
        assert!(self.functions.is_empty(), "imported functions have the first indices");
        let ty = self.ty(params, results);
        self.imports.import(module, name, EntityType::Function(ty.0));
        let index = self.imported_functions;
        self.names.functions.append(index, &format!("{module} {name}"));
        self.imported_functions += 1;
        FuncIndex(index)
    }

    /// Adds a function that only this module calls.
    pub(super) fn function<const N: usize>(
        &mut self,
        name: &str,
        params: [ValType; N],
        results: &[ValType],
        body: impl FnOnce(&mut Code, [Local; N]),
    ) -> FuncIndex {
        let (mut code, locals) = Code::new(params);
        body(&mut code, locals);
        self.define(name, &params, results, &code.finish())
    }

    /// Like [`function`](Self::function) for parameters that are known only at run time.
    pub(super) fn function_of(
        &mut self,
        name: &str,
        params: &[ValType],
        results: &[ValType],
        body: impl FnOnce(&mut Code, &[Local]),
    ) -> FuncIndex {
        let (mut code, locals) = Code::with_params(params);
        body(&mut code, &locals);
        self.define(name, params, results, &code.finish())
    }

    fn define(&mut self, name: &str, params: &[ValType], results: &[ValType], body: &Function) -> FuncIndex {
        let ty = self.ty(params, results);
        let index = self.imported_functions + self.functions.len();
        self.functions.function(ty.0);
        self.code.function(body);
        self.names.functions.append(index, name);
        FuncIndex(index)
    }

    /// Exports a function.
    pub(super) fn export(&mut self, name: &str, function: FuncIndex) {
        self.exports.export(name, ExportKind::Func, function.0);
    }

    /// Adds a mutable global, exported by its name if `exported`.
    pub(super) fn global(&mut self, name: &str, ty: ValType, value: i32, exported: bool) -> GlobalIndex {
        let index = self.globals.len();
        let value = match ty {
            ValType::I64 => ConstExpr::i64_const(value.into()),
            _ => ConstExpr::i32_const(value),
        };
        self.globals.global(GlobalType { val_type: ty, mutable: true, shared: false }, &value);
        self.names.globals.append(index, name);
        if exported {
            self.exports.export(name, ExportKind::Global, index);
        }
        GlobalIndex(index)
    }

    /// Adds the table, exported by its name: `entries` function references, null at first.
    pub(super) fn table(&mut self, name: &str, entries: u32) {
        assert!(self.tables.is_empty(), "there is one table");
        let entries = u64::from(entries);
        self.tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: entries,
            maximum: Some(entries),
            shared: false,
        });
        self.names.tables.append(TABLE, name);
        self.exports.export(name, ExportKind::Table, TABLE);
    }

    /// Adds a memory of at least `bytes` bytes, exported by its name.
    pub(super) fn memory(&mut self, name: &str, bytes: u32) -> Memory {
        let memory = Memory { index: self.memories.len(), width: PointerWidth::W32, is_aligned: true };
        self.memories.memory(MemoryType {
            minimum: u64::from(bytes.div_ceil(1 << 16)),
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        self.names.memories.append(memory.index, name);
        self.exports.export(name, ExportKind::Memory, memory.index);
        memory
    }

    /// The module, with a name section.
    pub(super) fn finish(self, name: &str) -> Vec<u8> {
        let mut types = TypeSection::new();
        for (params, results) in self.types {
            types.ty().function(params, results);
        }
        let mut names = NameSection::new();
        names.module(name);
        names.functions(&self.names.functions);
        names.tables(&self.names.tables);
        names.memories(&self.names.memories);
        names.globals(&self.names.globals);

        let mut module = Module::new();
        module.section(&types);
        if !self.imports.is_empty() {
            module.section(&self.imports);
        }
        module.section(&self.functions);
        if !self.tables.is_empty() {
            module.section(&self.tables);
        }
        if !self.memories.is_empty() {
            module.section(&self.memories);
        }
        module.section(&self.globals).section(&self.exports).section(&self.code).section(&names);
        module.finish()
    }
}
