//! Linkers: what the host supplies for the imports of components.

use super::call_context::{CallContext, Place};
use super::component::Component;
use super::engine::Context;
use super::error::trap;
use super::instance::Instance;
use super::names;
use super::pre::InstancePre;
use super::resource::ResourceType;
use super::store::{AsContextMut, Engine, StoreContextMut};
use super::typed::{LiftList, LowerList};
use super::types::ComponentFunc;
use super::val::Val;
use crate::abi::TypeId;
use crate::plan::ImportKind;
use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Supplies the imports of components, by name.
///
/// An import is found under its exact name, else under another version of the same semver track (the highest),
/// else without a version: a linker that defines `wasi:cli/environment@0.2.6` serves imports of
/// `wasi:cli/environment@0.2.0` as well. Interfaces of one track must not contradict each other.
pub struct Linker<T> {
    engine: Engine,
    definitions: IndexMap<String, Definition>,
    allow_shadowing: bool,
    data: PhantomData<fn() -> T>,
}

/// The items of a linker's root, or of an instance in it.
pub struct LinkerInstance<'a, T> {
    definitions: &'a mut IndexMap<String, Definition>,
    allow_shadowing: bool,
    data: PhantomData<fn() -> T>,
}

/// A core module: supplied by the host for an import, or exported by a component. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Module(pub(crate) super::engine::Module);

impl Module {
    /// Compiles a core module.
    pub fn new(engine: &Engine, wasm: &[u8]) -> Result<Module> {
        engine.core().compile(wasm).map(Module)
    }
}

#[derive(Clone)]
pub(crate) enum Definition {
    Instance(IndexMap<String, Definition>),
    Func(Arc<HostFunc>),
    Module(Module),
    Resource(ResourceType, Arc<HostDtor>),
}

impl Definition {
    /// The kind, for messages.
    pub(crate) fn desc(&self) -> &'static str {
        match self {
            Definition::Instance(_) => "instance",
            Definition::Func(_) => "func",
            Definition::Module(_) => "module",
            Definition::Resource(..) => "resource",
        }
    }
}

type TypecheckFn = dyn Fn(&ComponentFunc) -> Result<()> + Send + Sync;
type CallFn = dyn Fn(&mut CallContext<'_>, &HostCall) -> Result<()> + Send + Sync;

/// A function of the host, whatever its Rust types.
pub(crate) struct HostFunc {
    pub(crate) typecheck: Box<TypecheckFn>,
    pub(crate) call: Box<CallFn>,
}

/// Where the values of a call of a host function are.
pub(crate) struct HostCall {
    pub(crate) ty: ComponentFunc,
    /// Types and places of the parameters.
    pub(crate) params: Vec<(TypeId, Place)>,
    /// Type and place of the result; empty or one. To be written after [`CallContext::begin_results`].
    pub(crate) results: Vec<(TypeId, Place)>,
    /// How many flat results there are.
    pub(crate) flat_results: usize,
}

/// Called with the rep when a guest dropped an owned resource of the host.
pub(crate) type HostDtor = dyn Fn(Context<'_>, u32) -> Result<()> + Send + Sync;

impl<T: Send + 'static> Linker<T> {
    /// A linker that supplies nothing.
    pub fn new(engine: &Engine) -> Linker<T> {
        Linker {
            engine: engine.clone(),
            definitions: IndexMap::new(),
            allow_shadowing: false,
            data: PhantomData,
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether a name may be defined again; the last definition counts.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.allow_shadowing = allow;
        self
    }

    /// The items that components import directly.
    pub fn root(&mut self) -> LinkerInstance<'_, T> {
        LinkerInstance {
            definitions: &mut self.definitions,
            allow_shadowing: self.allow_shadowing,
            data: PhantomData,
        }
    }

    /// The items of an instance that components import, such as `wasi:cli/environment@0.2.6`.
    ///
    /// # Errors
    /// Where the name is defined as something else.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_, T>> {
        self.root().into_instance(name)
    }

    /// Finds everything that `component` imports and checks the types, once for many instantiations.
    ///
    /// # Errors
    /// Where something is missing or has another type.
    pub fn instantiate_pre(&self, component: &Component) -> Result<InstancePre<T>> {
        ensure!(
            self.engine.core().same(component.engine().core()),
            "the component was compiled with another engine than the linker's"
        );
        InstancePre::new(component, &self.definitions)
    }

    /// Instantiates `component`.
    ///
    /// # Errors
    /// As [`instantiate_pre`](Linker::instantiate_pre), and where its code traps.
    pub fn instantiate(&self, store: impl AsContextMut<Data = T>, component: &Component) -> Result<Instance> {
        self.instantiate_pre(component)?.instantiate(store)
    }

    /// Defines every function that `component` imports and that is not defined yet so that it traps when called,
    /// and every such resource type.
    ///
    /// # Errors
    /// Where a core module is missing: it cannot be made up.
    pub fn define_unknown_imports_as_traps(&mut self, component: &Component) -> Result<()> {
        let parts = &component.parts;
        // An explicit stack: instances nest as deep as the plan says.
        let mut pending: Vec<(Option<usize>, Vec<&str>)> = vec![(None, Vec::new())];
        while let Some((parent, path)) = pending.pop() {
            for (name, index) in parts.imports_of(parent) {
                let Some(import) = parts.plan().imports.get(index) else { continue };
                let mut scope = self.root();
                for instance in &path {
                    scope = scope.into_matching(instance)?;
                }
                if let ImportKind::Instance = import.kind {
                    pending.push((Some(index), [&path[..], &[name]].concat()));
                } else if names::position(scope.definitions, name).is_none() {
                    scope.define_missing(name, &parts.import_name(index), &import.kind)?;
                }
            }
        }
        Ok(())
    }
}

/// Marks resource types that nothing implements.
enum Missing {}

impl<'a, T: Send + 'static> LinkerInstance<'a, T> {
    /// Defines a function by a closure with typed parameters and result: a tuple of parameters and `()` or
    /// `(R,)`. The types are compared with the component's when it is linked.
    ///
    /// # Errors
    /// Where the name is defined already.
    pub fn func_wrap<F, Params, Return>(&mut self, name: &str, func: F) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, Params) -> Result<Return> + Send + Sync + 'static,
        Params: LiftList + 'static,
        Return: LowerList + 'static,
    {
        let typecheck = |ty: &ComponentFunc| {
            let params: Vec<_> = ty.params().map(|(_, ty)| ty).collect();
            Params::typecheck_list(&params).context("in the parameters")?;
            Return::typecheck_list(&ty.results().collect::<Vec<_>>()).context("in the result")
        };
        let call = move |cx: &mut CallContext<'_>, call: &HostCall| {
            let params = Params::lift_list(cx, &call.params)?;
            let result = func(StoreContextMut::new(cx.core.reborrow()), params)?;
            cx.begin_results(call)?;
            result.lower_list(cx, &call.results)
        };
        self.insert(
            name,
            Definition::Func(Arc::new(HostFunc { typecheck: Box::new(typecheck), call: Box::new(call) })),
        )
    }

    /// Defines a function by a closure over dynamic values: the type, the parameters, and room for the result,
    /// which holds `Val::Bool(false)` at first.
    ///
    /// # Errors
    /// Where the name is defined already.
    pub fn func_new<F>(&mut self, name: &str, func: F) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, ComponentFunc, &[Val], &mut [Val]) -> Result<()>
            + Send
            + Sync
            + 'static,
    {
        self.insert(name, dynamic(func, |_| Ok(())))
    }

    /// Defines a core module.
    ///
    /// # Errors
    /// Where the name is defined already.
    pub fn module(&mut self, name: &str, module: &Module) -> Result<()> {
        self.insert(name, Definition::Module(module.clone()))
    }

    /// Defines a resource type; `dtor` is called with the rep when a guest drops an owned resource.
    ///
    /// # Errors
    /// Where the name is defined already.
    pub fn resource(
        &mut self,
        name: &str,
        ty: ResourceType,
        dtor: impl Fn(StoreContextMut<'_, T>, u32) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        let dtor = move |core: Context<'_>, rep: u32| dtor(StoreContextMut::new(core), rep);
        self.insert(name, Definition::Resource(ty, Arc::new(dtor)))
    }

    /// The items of an instance inside this one.
    ///
    /// # Errors
    /// Where the name is defined as something else.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_, T>> {
        self.reborrow().into_instance(name)
    }

    /// Like [`instance`](LinkerInstance::instance), by value.
    ///
    /// # Errors
    /// Where the name is defined as something else.
    pub fn into_instance(self, name: &str) -> Result<LinkerInstance<'a, T>> {
        let entry = self.definitions.entry(name.to_owned());
        match entry.or_insert_with(|| Definition::Instance(IndexMap::new())) {
            Definition::Instance(definitions) => {
                Ok(LinkerInstance { definitions, allow_shadowing: self.allow_shadowing, data: PhantomData })
            }
            other => bail!("`{name}` is defined already, as a {}", other.desc()),
        }
    }

    pub(crate) fn reborrow(&mut self) -> LinkerInstance<'_, T> {
        let LinkerInstance { definitions, allow_shadowing, data } = self;
        LinkerInstance { definitions, allow_shadowing: *allow_shadowing, data: *data }
    }

    /// The instance that an import of this name would find, made if there is none.
    fn into_matching(self, name: &str) -> Result<LinkerInstance<'a, T>> {
        let found = names::position(self.definitions, name);
        let key = found.and_then(|index| self.definitions.get_index(index)).map(|(key, _)| key.clone());
        self.into_instance(key.as_deref().unwrap_or(name))
    }

    pub(crate) fn insert(&mut self, name: &str, definition: Definition) -> Result<()> {
        let is_free = self.allow_shadowing || !self.definitions.contains_key(name);
        ensure!(is_free, "`{name}` is defined already");
        self.definitions.insert(name.to_owned(), definition);
        Ok(())
    }

    fn define_missing(&mut self, name: &str, full_name: &str, kind: &ImportKind) -> Result<()> {
        match kind {
            ImportKind::Func { .. } => {
                let full_name = full_name.to_owned();
                self.func_new(name, move |_, _, _, _| {
                    trap!("`{full_name}` was called, which this host does not have")
                })
            }
            ImportKind::Resource { .. } => {
                self.resource(name, ResourceType::host::<Missing>(), |_, _| Ok(()))
            }
            ImportKind::Module { .. } => bail!("the component needs core module `{full_name}`"),
            ImportKind::Instance | ImportKind::Type { .. } => Ok(()),
        }
    }
}

/// A function over dynamic values.
pub(crate) fn dynamic<T: Send + 'static>(
    func: impl Fn(StoreContextMut<'_, T>, ComponentFunc, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    typecheck: impl Fn(&ComponentFunc) -> Result<()> + Send + Sync + 'static,
) -> Definition {
    let call = move |cx: &mut CallContext<'_>, call: &HostCall| {
        let params = call.params.iter().map(|&(ty, at)| super::Lift::lift(cx, ty, at));
        let params: Vec<Val> = params.collect::<Result<_>>()?;
        let mut results = vec![Val::Bool(false); call.results.len()];
        func(StoreContextMut::new(cx.core.reborrow()), call.ty.clone(), &params, &mut results)?;
        for (value, ty) in results.iter().zip(call.ty.results()) {
            value.check(&ty).context("in the result of a host function")?;
        }
        cx.begin_results(call)?;
        for (value, &(ty, at)) in results.iter().zip(&call.results) {
            super::Lower::lower(value, cx, ty, at)?;
        }
        Ok(())
    };
    Definition::Func(Arc::new(HostFunc { typecheck: Box::new(typecheck), call: Box::new(call) }))
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        Linker {
            engine: self.engine.clone(),
            definitions: self.definitions.clone(),
            allow_shadowing: self.allow_shadowing,
            data: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Linker").field(&self.definitions.keys()).finish()
    }
}

impl<T> fmt::Debug for LinkerInstance<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LinkerInstance").field(&self.definitions.keys()).finish()
    }
}
