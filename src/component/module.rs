//! Core modules: what the sections say about imports, exports and engine features.
//!
//! Function bodies are the business of `bodies`; they add the features that only instructions reveal.

use super::bodies::operator_feature;
use super::features::{EngineFeature, EngineFeatures};
use super::{BodyId, ModuleIndex};
use wasmparser::{
    AbstractHeapType, CompositeInnerType, ConstExpr, DataKind, ElementItems, ElementKind, ExternalKind,
    HeapType, Import, Imports, MemoryType, Operator, Payload, RefType, StorageType, SubType, TableInit,
    TableType, TypeRef, ValType,
};

/// A core module whose bytes are in the input.
#[derive(Debug)]
pub struct StaticModule<'a> {
    /// The module, byte for byte.
    pub bytes: &'a [u8],
    /// Where it starts in the input, in bytes.
    pub offset: u64,
    /// Its imports in order.
    pub imports: Vec<ModuleItem>,
    /// Its exports in order (`module` is empty there).
    pub exports: Vec<ModuleItem>,
    /// Engine features beyond the baseline that it needs, sorted.
    pub features: Vec<&'static str>,
    /// Whether its code could throw a WebAssembly exception: it has or imports a tag.
    pub may_throw: bool,
    /// Whether it has a start function, so that its code runs when it is instantiated.
    pub has_start: bool,
}

/// An import or export of a core module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleItem {
    /// First level of an import's name; empty for an export.
    pub module: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// What it is.
    pub kind: CoreKind,
}

/// The five kinds of core items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the core specification")]
pub enum CoreKind {
    Func,
    Table,
    Memory,
    Global,
    Tag,
}

impl CoreKind {
    /// The name in the text format.
    pub fn name(self) -> &'static str {
        match self {
            CoreKind::Func => "func",
            CoreKind::Table => "table",
            CoreKind::Memory => "memory",
            CoreKind::Global => "global",
            CoreKind::Tag => "tag",
        }
    }
}

impl From<ExternalKind> for CoreKind {
    fn from(kind: ExternalKind) -> Self {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => CoreKind::Func,
            ExternalKind::Table => CoreKind::Table,
            ExternalKind::Memory => CoreKind::Memory,
            ExternalKind::Global => CoreKind::Global,
            ExternalKind::Tag => CoreKind::Tag,
        }
    }
}

/// A core module whose sections are being read.
pub(super) struct OpenModule {
    /// Where it starts in the input, in bytes.
    pub(super) start: u64,
    /// The body it is in.
    pub(super) parent: BodyId,
    /// Where it is in the index space of that body.
    pub(super) index: ModuleIndex,
    pub(super) imports: Vec<ModuleItem>,
    pub(super) exports: Vec<ModuleItem>,
    pub(super) features: EngineFeatures,
    pub(super) may_throw: bool,
    pub(super) has_start: bool,
    memories: u32,
}

impl OpenModule {
    pub(super) fn new(start: u64, parent: BodyId, index: ModuleIndex) -> Self {
        OpenModule {
            start,
            parent,
            index,
            imports: Vec::new(),
            exports: Vec::new(),
            features: EngineFeatures::default(),
            may_throw: false,
            has_start: false,
            memories: 0,
        }
    }

    /// Notes what a section, which is already validated, says.
    pub(super) fn section(&mut self, payload: &Payload<'_>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section.clone() {
                    let group = group?;
                    let explicit = group.is_explicit_rec_group() && group.types().len() != 1;
                    self.features.add_if(explicit, EngineFeature::Gc);
                    group.types().for_each(|ty| self.sub_type(ty));
                }
            }
            Payload::ImportSection(section) => {
                for group in section.clone() {
                    let group = group?;
                    let compact = !matches!(group, Imports::Single(..));
                    self.features.add_if(compact, EngineFeature::CompactImports);
                    for import in group {
                        let (_, import) = import?;
                        self.import(import);
                    }
                }
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    let table = table?;
                    self.table(table.ty);
                    if let TableInit::Expr(expr) = table.init {
                        self.features.add(EngineFeature::FunctionReferences);
                        self.const_expr(&expr)?;
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    self.memory(memory?);
                }
            }
            Payload::TagSection(section) => self.tags(section.count()),
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    let global = global?;
                    self.val_type(global.ty.content_type);
                    self.const_expr(&global.init_expr)?;
                }
            }
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    let export = export?;
                    self.exports.push(ModuleItem {
                        module: "".into(),
                        name: export.name.into(),
                        kind: export.kind.into(),
                    });
                }
            }
            Payload::StartSection { .. } => self.has_start = true,
            Payload::ElementSection(section) => {
                for element in section.clone() {
                    let element = element?;
                    self.element(element.kind, element.items)?;
                }
            }
            Payload::DataSection(section) => {
                for data in section.clone() {
                    if let DataKind::Active { offset_expr, .. } = data?.kind {
                        self.const_expr(&offset_expr)?;
                    }
                }
            }
            // The other sections cannot need a feature that these do not reveal; bodies are scanned elsewhere.
            _ => {}
        }
        Ok(())
    }

    fn sub_type(&mut self, ty: &SubType) {
        let plain = ty.is_final && ty.supertype_idxs.is_empty();
        self.features.add_if(!plain, EngineFeature::Gc);
        match &ty.composite_type.inner {
            CompositeInnerType::Func(func) => {
                func.params().iter().chain(func.results()).for_each(|&ty| self.val_type(ty));
            }
            CompositeInnerType::Array(array) => {
                self.features.add(EngineFeature::Gc);
                self.storage_type(array.0.element_type);
            }
            CompositeInnerType::Struct(strukt) => {
                self.features.add(EngineFeature::Gc);
                strukt.fields.iter().for_each(|field| self.storage_type(field.element_type));
            }
            // The validator does not accept stack switching.
            CompositeInnerType::Cont(_) => {}
        }
    }

    fn storage_type(&mut self, ty: StorageType) {
        match ty {
            StorageType::Val(ty) => self.val_type(ty),
            StorageType::I8 | StorageType::I16 => {}
        }
    }

    fn val_type(&mut self, ty: ValType) {
        if let ValType::Ref(ty) = ty {
            self.ref_type(ty);
        }
    }

    fn ref_type(&mut self, ty: RefType) {
        use AbstractHeapType::{
            Any, Array, Cont, Eq, Exn, Extern, Func, I31, NoCont, NoExn, NoExtern, NoFunc, None, Struct,
        };
        self.features.add_if(!ty.is_nullable(), EngineFeature::FunctionReferences);
        match ty.heap_type() {
            HeapType::Abstract { ty, .. } => match ty {
                Func | Extern => {}
                Any | None | NoExtern | NoFunc | Eq | Struct | Array | I31 => {
                    self.features.add(EngineFeature::Gc);
                }
                Exn | NoExn => self.features.add(EngineFeature::Exceptions),
                // The validator does not accept stack switching.
                Cont | NoCont => {}
            },
            HeapType::Concrete(_) | HeapType::Exact(_) => {
                self.features.add(EngineFeature::FunctionReferences);
            }
        }
    }

    fn import(&mut self, import: Import<'_>) {
        let kind = self.imported(import.ty);
        self.imports.push(ModuleItem { module: import.module.into(), name: import.name.into(), kind });
    }

    fn imported(&mut self, ty: TypeRef) -> CoreKind {
        match ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => CoreKind::Func,
            TypeRef::Table(table) => {
                self.table(table);
                CoreKind::Table
            }
            TypeRef::Memory(memory) => {
                self.memory(memory);
                CoreKind::Memory
            }
            TypeRef::Global(global) => {
                self.val_type(global.content_type);
                CoreKind::Global
            }
            TypeRef::Tag(_) => {
                self.tags(1);
                CoreKind::Tag
            }
        }
    }

    fn table(&mut self, ty: TableType) {
        self.features.add_if(ty.table64, EngineFeature::Table64);
        self.ref_type(ty.element_type);
    }

    fn memory(&mut self, ty: MemoryType) {
        self.memories += 1;
        self.features.add_if(self.memories > 1, EngineFeature::MultiMemory);
        self.features.add_if(ty.memory64, EngineFeature::Memory64);
        self.features.add_if(ty.shared, EngineFeature::Threads);
    }

    fn tags(&mut self, count: u32) {
        self.may_throw |= count > 0;
    }

    fn element(&mut self, kind: ElementKind<'_>, items: ElementItems<'_>) -> wasmparser::Result<()> {
        if let ElementKind::Active { offset_expr, .. } = kind {
            self.const_expr(&offset_expr)?;
        }
        if let ElementItems::Expressions(ty, exprs) = items {
            self.ref_type(ty);
            for expr in exprs {
                self.const_expr(&expr?)?;
            }
        }
        Ok(())
    }

    fn const_expr(&mut self, expr: &ConstExpr<'_>) -> wasmparser::Result<()> {
        for op in expr.get_operators_reader() {
            let op = op?;
            let arithmetic = matches!(
                op,
                Operator::I32Add
                    | Operator::I32Sub
                    | Operator::I32Mul
                    | Operator::I64Add
                    | Operator::I64Sub
                    | Operator::I64Mul
            );
            self.features.add_if(arithmetic, EngineFeature::ExtendedConst);
            if let Some(feature) = operator_feature(&op) {
                self.features.add(feature);
            }
        }
        Ok(())
    }
}
