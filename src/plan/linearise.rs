//! From the graph to the order of replay.
//!
//! Effects keep their source order, since start functions make it observable. Everything else appears just
//! before the first initializer that uses it, and once: an adapter module before the first use of one of its
//! exports, after what it imports; a memory, realloc or post-return of an option set before the first use of a
//! lowered import with these options. What only exports use follows the last effect. The runtime module, if
//! there is one, is core instance 0.
//!
//! What something needs may itself need something (an adapter module another one, whose import is a lowered
//! import with a realloc that is an adapter ...), and such chains are as long as the input likes. So needs are
//! resolved on an explicit stack, each once: time is linear in the size of the graph.

use super::boundary::Boundary;
use super::modules::{ModuleSource, ModuleTable, requirements};
use super::name::BundleName;
use super::output::Output;
use super::{CM_VERSION, VERSION};
use super::{
    CoreDef, Export, ExportKind, Initializer, Limits, NamedArg, Options, Plan, Resource, Trampoline,
};
use super::{tables, tasks};
use crate::abi::types::ResourceId;
use crate::abi::{MAX_LIST_BYTES, MAX_STRING_BYTES};
use crate::dfg::{self, AdapterId, CoreInstanceId, CoreInstanceSource, Dfg, Effect, OptionsId, TrampolineId};
use crate::fact::{AdapterModuleId, Fused, GeneratedModule, ImportSource, Placement, TaskFunction};
use crate::id::{Id, IdVec};
use anyhow::{Context, Result, bail, ensure};
use indexmap::IndexMap;

/// The runtime module is always the first core instance.
const RUNTIME_INSTANCE: usize = 0;

/// A plan and where the bytes of its modules are.
#[derive(Debug)]
pub struct Linearised {
    /// The plan.
    pub plan: Plan,
    /// For each of [`Plan::modules`], what it is made from.
    pub sources: Vec<ModuleSource>,
}

/// Makes the plan of a component: `dfg` with its calls between components compiled to `fused`.
///
/// # Errors
/// Only if an earlier stage broke a rule of its product, such as an adapter module that is needed before what it
/// imports exists. No input can cause that unless corefuse has a bug, which the message says.
pub fn linearise(dfg: &Dfg<'_>, fused: &Fused, name: &BundleName) -> Result<Linearised> {
    make(dfg, fused, name).context("this is a bug in corefuse, please report it with the component")
}

fn make(dfg: &Dfg<'_>, fused: &Fused, name: &BundleName) -> Result<Linearised> {
    let mut order = Linearise::new(dfg, fused, name);
    order.run()?;
    let linearised = order.finish(name)?;
    // Hosts refuse plans that break a rule, so none may be written; tests find out here, on every input they have.
    #[cfg(debug_assertions)]
    super::check(&linearised.plan)?;
    Ok(linearised)
}

/// What must be there before an initializer or export can refer to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    Adapter(AdapterId),
    Module(AdapterModuleId),
    Trampoline(TrampolineId),
    Options(OptionsId),
}

/// A step of resolving needs: first what a need needs, then itself.
enum Step {
    Enter(Need),
    Leave(Need),
}

/// How far a need is resolved.
pub(super) enum Progress<T> {
    New,
    Open,
    Done(T),
}

pub(super) struct Linearise<'x, 'a> {
    pub(super) dfg: &'x Dfg<'a>,
    pub(super) fused: &'x Fused,
    pub(super) boundary: Boundary,
    modules: ModuleTable<'x>,
    pub(super) out: Output,
    core_instances: IdVec<CoreInstanceId, Option<usize>>,
    adapters: IdVec<AdapterId, Progress<CoreDef>>,
    pub(super) adapter_modules: IdVec<AdapterModuleId, Progress<usize>>,
    trampolines: IdVec<TrampolineId, Progress<CoreDef>>,
    pub(super) options: IdVec<OptionsId, Progress<usize>>,
}

impl<'x, 'a> Linearise<'x, 'a> {
    fn new(dfg: &'x Dfg<'a>, fused: &'x Fused, name: &'x BundleName) -> Self {
        Linearise {
            dfg,
            fused,
            boundary: Boundary::of(dfg),
            modules: ModuleTable::new(dfg, fused, name),
            out: Output::default(),
            core_instances: dfg.core_instances.ids().map(|_| None).collect(),
            adapters: untouched(dfg.adapters.len()),
            adapter_modules: untouched(fused.modules.len()),
            trampolines: untouched(dfg.trampolines.len()),
            options: untouched(dfg.options.len()),
        }
    }

    fn run(&mut self) -> Result<()> {
        if let Some(module) = self.modules.runtime() {
            let runtime =
                self.fused.runtime.as_ref().expect("the table has a runtime module if there is one");
            self.instantiate_generated(module, &runtime.module)
                .context("instantiating the runtime module")?;
        }
        let mut copiers = self.fused.copiers.iter().peekable();
        for (moment, &effect) in self.dfg.effects.iter().enumerate() {
            while let Some(copier) = copiers.next_if(|copier| copier.moment <= moment) {
                self.resolve([Need::Module(copier.module)].into_iter())?;
            }
            match effect {
                Effect::Instantiate(id) => self.instantiate(id)?,
                Effect::DefineResource(id) => self.define_resource(id)?,
            }
        }
        for (_, export) in self.dfg.exports.iter() {
            if let dfg::ExportKind::Func(func) = &export.kind {
                self.resolve(need(&func.callee).into_iter().chain([Need::Options(func.options)]))?;
            }
        }
        for copier in copiers {
            self.resolve([Need::Module(copier.module)].into_iter())?;
        }
        Ok(())
    }

    /// Where `def` comes from, once everything it needs was resolved.
    fn def(&self, def: &dfg::CoreDef) -> Result<CoreDef> {
        match def {
            dfg::CoreDef::Export(export) => self.export(export),
            dfg::CoreDef::Trampoline(id) => done(&self.trampolines[*id]).cloned(),
            dfg::CoreDef::Adapter(id) => done(&self.adapters[*id]).cloned(),
        }
    }

    pub(super) fn export(&self, export: &dfg::CoreExport) -> Result<CoreDef> {
        let Some(instance) = self.core_instances[export.instance] else {
            let owner = self.dfg.core_instances[export.instance].instance;
            bail!(
                "export {:?} of a core instance in {} is needed before that is instantiated",
                export.name,
                self.dfg.instances[owner].path
            );
        };
        Ok(CoreDef::Export { instance, export: export.name.to_string() })
    }
}

/// Effects.
impl Linearise<'_, '_> {
    fn instantiate(&mut self, id: CoreInstanceId) -> Result<()> {
        let dfg::CoreInstance { instance, source } = &self.dfg.core_instances[id];
        let instance = instance.index();
        let initializer = match source {
            CoreInstanceSource::Static { module, args } => {
                self.resolve(args.iter().filter_map(need))?;
                let args = args.iter().map(|arg| self.def(arg)).collect::<Result<_>>()?;
                Initializer::Instantiate {
                    module: self.modules.guest(*module),
                    instance: Some(instance),
                    args,
                }
            }
            CoreInstanceSource::Imported { import, args } => {
                self.resolve(args.values().flat_map(IndexMap::values).filter_map(need))?;
                let args = self.named_args(args)?;
                Initializer::InstantiateImported { import: import.index(), instance, args }
            }
        };
        self.core_instances[id] = Some(self.out.instantiate(initializer));
        Ok(())
    }

    fn named_args(
        &self,
        args: &IndexMap<Box<str>, IndexMap<Box<str>, dfg::CoreDef>>,
    ) -> Result<Vec<NamedArg>> {
        let pairs = args.iter().flat_map(|(module, items)| items.iter().map(move |item| (module, item)));
        pairs
            .map(|(module, (name, def))| {
                Ok(NamedArg { module: module.to_string(), name: name.to_string(), def: self.def(def)? })
            })
            .collect()
    }

    fn define_resource(&mut self, id: ResourceId) -> Result<()> {
        let dfg::Resource::Defined { dtor, .. } = &self.dfg.resources[id] else {
            bail!("{id:?} is imported, and so not defined by an effect");
        };
        self.resolve(dtor.as_ref().and_then(need).into_iter())?;
        self.out.push(Initializer::Resource { resource: id.index() });
        Ok(())
    }

    fn instantiate_generated(&mut self, module: usize, generated: &GeneratedModule) -> Result<usize> {
        let mut args = Vec::with_capacity(generated.imports.len());
        for import in &generated.imports {
            args.push(match &import.source {
                ImportSource::Core(def) => self.def(def)?,
                ImportSource::Runtime(export) => self.runtime_export(export)?,
                ImportSource::DropHostResource(resource) => self.out.host_drop(*resource),
                ImportSource::Task(function) => self.task(*function)?,
            });
        }
        Ok(self.out.instantiate(Initializer::Instantiate { module, instance: None, args }))
    }

    fn runtime_export(&self, export: &str) -> Result<CoreDef> {
        ensure!(self.fused.runtime.is_some(), "{export:?} of the runtime is needed, but there is no runtime");
        Ok(CoreDef::Export { instance: RUNTIME_INSTANCE, export: export.to_owned() })
    }
}

/// Needs.
impl Linearise<'_, '_> {
    /// Makes sure that all of `needs`, and what they need, is there, in this order.
    fn resolve(&mut self, needs: impl Iterator<Item = Need>) -> Result<()> {
        let mut steps: Vec<Step> = needs.map(Step::Enter).collect();
        steps.reverse();
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(need) if self.enter(need)? => {
                    steps.push(Step::Leave(need));
                    steps.extend(self.needs_of(need).into_iter().rev().map(Step::Enter));
                }
                Step::Enter(_) => {}
                Step::Leave(need) => self.leave(need)?,
            }
        }
        Ok(())
    }

    /// Whether `need` is met for the first time.
    fn enter(&mut self, need: Need) -> Result<bool> {
        match need {
            Need::Adapter(id) => open(&mut self.adapters[id]),
            Need::Module(id) => open(&mut self.adapter_modules[id]),
            Need::Trampoline(id) => open(&mut self.trampolines[id]),
            Need::Options(id) => open(&mut self.options[id]),
        }
        .with_context(|| format!("{need:?} needs itself"))
    }

    fn needs_of(&self, of: Need) -> Vec<Need> {
        match of {
            Need::Adapter(id) => match &self.fused.adapters[id] {
                Placement::Direct(def) => need(def).into_iter().collect(),
                Placement::Export { module, .. } => vec![Need::Module(*module)],
            },
            Need::Module(id) => {
                let sources = self.fused.modules[id].imports.iter().map(|import| &import.source);
                sources
                    .flat_map(|source| match source {
                        ImportSource::Core(def) => need(def).into_iter().collect(),
                        ImportSource::Task(function) => tasks::needs(self.dfg, *function),
                        ImportSource::Runtime(_) | ImportSource::DropHostResource(_) => vec![],
                    })
                    .collect()
            }
            Need::Trampoline(id) => match &self.dfg.trampolines[id] {
                dfg::Trampoline::LowerImport { options, .. } => vec![Need::Options(*options)],
                dfg::Trampoline::ResourceNew { .. }
                | dfg::Trampoline::ResourceRep { .. }
                | dfg::Trampoline::ResourceDrop { .. }
                | dfg::Trampoline::ContextGet { .. }
                | dfg::Trampoline::ContextSet { .. } => vec![],
                dfg::Trampoline::BuiltIn(used) => used.options.map(Need::Options).into_iter().collect(),
            },
            Need::Options(id) => {
                let options = &self.dfg.options[id];
                let functions = options.realloc.iter().chain(&options.post_return).chain(&options.callback);
                functions.filter_map(need).collect()
            }
        }
    }

    /// Everything that `need` needs is there: makes `need` itself.
    fn leave(&mut self, need: Need) -> Result<()> {
        match need {
            Need::Adapter(id) => {
                let def = self.placed(&self.fused.adapters[id])?;
                self.adapters[id] = Progress::Done(def);
            }
            Need::Module(id) => {
                let generated = &self.fused.modules[id];
                let module = self.modules.adapter(id, generated);
                let instance = self
                    .instantiate_generated(module, generated)
                    .with_context(|| format!("instantiating adapter module {}", id.index()))?;
                self.adapter_modules[id] = Progress::Done(instance);
            }
            Need::Trampoline(id) => {
                let def = self.trampoline(id)?;
                self.trampolines[id] = Progress::Done(def);
            }
            Need::Options(id) => {
                let number = self.extract_options(&self.dfg.options[id])?;
                self.options[id] = Progress::Done(number);
            }
        }
        Ok(())
    }

    fn placed(&self, placement: &Placement) -> Result<CoreDef> {
        match placement {
            Placement::Direct(def) => self.def(def),
            Placement::Export { module, name } => {
                let instance = *done(&self.adapter_modules[*module])?;
                Ok(CoreDef::Export { instance, export: name.clone() })
            }
        }
    }

    fn trampoline(&mut self, id: TrampolineId) -> Result<CoreDef> {
        let provided = self.fused.runtime.as_ref().and_then(|runtime| runtime.trampolines.get(&id));
        let hosts = match &self.dfg.trampolines[id] {
            dfg::Trampoline::LowerImport { import, ty, options } => Trampoline::LowerImport {
                import: import.index(),
                function: self.boundary.function(*ty),
                options: *done(&self.options[*options])?,
            },
            dfg::Trampoline::BuiltIn(used) => self.built_in(used)?,
            intrinsic => {
                let export =
                    provided.with_context(|| format!("the runtime module does not provide {intrinsic:?}"))?;
                return self.runtime_export(export);
            }
        };
        let Some(export) = provided else { return Ok(self.out.add_trampoline(hosts)) };
        // It may block: guests call the runtime module, which calls the host.
        self.out.settle(TaskFunction::Try(id), hosts)?;
        self.runtime_export(export)
    }

    fn extract_options(&mut self, options: &dfg::Options) -> Result<usize> {
        let core = |def: &Option<dfg::CoreDef>| def.as_ref().map(|def| self.def(def)).transpose();
        let memory = options.memory.as_ref().map(|memory| self.export(memory)).transpose()?;
        let (realloc, post_return) = (core(&options.realloc)?, core(&options.post_return)?);
        let callback = core(&options.callback)?;
        let options = Options {
            instance: options.instance.index(),
            encoding: options.encoding.name().to_owned(),
            memory: memory.map(|from| self.out.memory(from)),
            pointer: options.pointer.bytes() * 8,
            realloc: realloc.map(|from| self.out.realloc(from)),
            post_return: post_return.map(|from| self.out.post_return(from)),
            is_async: options.is_async,
            callback: callback.map(|from| self.out.callback(from)),
        };
        Ok(self.out.add_options(options))
    }

    fn finish(self, name: &BundleName) -> Result<Linearised> {
        let (dfg, fused) = (self.dfg, self.fused);
        let (resources, exports) = (self.resources()?, self.exports()?);
        let (trampolines, copiers) = (self.out.trampolines()?, self.copiers()?);
        let (modules, sources) = self.modules.finish();
        let mut plan = Plan {
            version: [VERSION[0], 0],
            tool: concat!("corefuse ", env!("CARGO_PKG_VERSION")).to_owned(),
            cm: CM_VERSION.to_owned(),
            name: name.to_string(),
            requires: requirements(&modules)
                .into_iter()
                .chain(tasks::requirement(dfg, &fused.tasks))
                .collect(),
            limits: Limits { string_bytes: MAX_STRING_BYTES, list_bytes: MAX_LIST_BYTES },
            modules,
            runtime: fused.runtime.as_ref().map(tables::runtime),
            instances: tables::instances(dfg, fused),
            types: self.boundary.type_table(dfg),
            functions: self.boundary.function_table(dfg),
            resources,
            options: self.out.options,
            trampolines,
            copiers,
            initializers: self.out.initializers,
            imports: tables::imports(dfg, &self.boundary),
            exports,
            adapters: tables::adapters(dfg),
            traps: tables::traps(fused),
            bindings: Vec::new(),
        };
        if tasks::is_async(&plan) {
            plan.version = VERSION;
        }
        Ok(Linearised { plan, sources })
    }

    fn resources(&self) -> Result<Vec<Resource>> {
        let resource = |resource: &dfg::Resource| {
            Ok(match resource {
                dfg::Resource::Imported(import) => Resource::Imported { import: import.index() },
                dfg::Resource::Defined { instance, rep, dtor } => Resource::Defined {
                    instance: instance.index(),
                    rep: rep.name().to_owned(),
                    dtor: dtor.as_ref().map(|def| self.def(def)).transpose()?,
                },
            })
        };
        self.dfg.resources.values().map(resource).collect()
    }

    fn exports(&self) -> Result<Vec<Export>> {
        let export = |export: &dfg::Export| {
            Ok(Export {
                parent: export.parent.map(Id::index),
                name: export.name.to_string(),
                kind: self.export_kind(&export.kind)?,
                implements: export.implements.as_deref().map(str::to_owned),
                external_id: export.external_id.as_deref().map(str::to_owned),
            })
        };
        self.dfg.exports.values().map(export).collect()
    }

    fn export_kind(&self, kind: &dfg::ExportKind) -> Result<ExportKind> {
        Ok(match kind {
            dfg::ExportKind::Instance => ExportKind::Instance,
            dfg::ExportKind::Func(func) => ExportKind::Func {
                function: self.boundary.function(func.ty),
                callee: self.def(&func.callee)?,
                options: *done(&self.options[func.options])?,
                may_block: self.fused.tasks.may_block(self.dfg, func),
            },
            dfg::ExportKind::Import(id) => ExportKind::Import { import: id.index() },
            dfg::ExportKind::Module(id) => ExportKind::Module { module: self.modules.guest(*id) },
            dfg::ExportKind::Resource(id) => ExportKind::Resource { resource: id.index() },
            dfg::ExportKind::Type(ty) => ExportKind::Type { ty: ty.map(|ty| self.boundary.ty(ty)) },
        })
    }
}

fn untouched<I: Id, T>(len: usize) -> IdVec<I, Progress<T>> {
    (0..len).map(|_| Progress::New).collect()
}

fn open<T>(progress: &mut Progress<T>) -> Result<bool> {
    match progress {
        Progress::New => {
            *progress = Progress::Open;
            Ok(true)
        }
        Progress::Open => bail!("a cycle"),
        Progress::Done(_) => Ok(false),
    }
}

pub(super) fn done<T>(progress: &Progress<T>) -> Result<&T> {
    match progress {
        Progress::Done(value) => Ok(value),
        Progress::New | Progress::Open => bail!("something is used that was not made before"),
    }
}

/// What a core item needs; exports of guest instances need nothing, as effects are never moved.
fn need(def: &dfg::CoreDef) -> Option<Need> {
    match def {
        dfg::CoreDef::Export(_) => None,
        dfg::CoreDef::Trampoline(id) => Some(Need::Trampoline(*id)),
        dfg::CoreDef::Adapter(id) => Some(Need::Adapter(*id)),
    }
}
