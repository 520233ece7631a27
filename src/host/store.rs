//! Stores: what owns instances, resources and the embedder's data.

use super::engine;
use super::state::{State, StoreLimits};
use anyhow::Result;
use std::fmt;
use std::marker::PhantomData;

/// How an [`Engine`] compiles and runs core modules.
#[derive(Clone, Debug)]
pub struct Config(engine::Settings);

impl Default for Config {
    fn default() -> Self {
        Config(engine::Settings { fuel: false, lazy: true, max_stack: None })
    }
}

impl Config {
    /// The defaults: no fuel, functions compiled at their first call (all are validated at once).
    pub fn new() -> Config {
        Config::default()
    }

    /// Whether instructions consume fuel. A store then starts with none: see [`Store::set_fuel`].
    pub fn consume_fuel(&mut self, consume: bool) -> &mut Self {
        self.0.fuel = consume;
        self
    }

    /// Whether functions are compiled at their first call.
    pub fn lazy_compilation(&mut self, lazy: bool) -> &mut Self {
        self.0.lazy = lazy;
        self
    }

    /// Largest stack of guest code, in bytes.
    pub fn max_guest_stack(&mut self, bytes: usize) -> &mut Self {
        self.0.max_stack = Some(bytes);
        self
    }
}

/// Compiles core modules. Cheap to clone; components, linkers and stores that are used together need the same.
#[derive(Clone, Debug)]
pub struct Engine(engine::Engine);

impl Engine {
    /// An engine with these settings.
    pub fn new(config: &Config) -> Engine {
        Engine(engine::Engine::new(&config.0))
    }

    pub(crate) fn core(&self) -> &engine::Engine {
        &self.0
    }
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new(&Config::default())
    }
}

/// Owns instances, the resources that the host holds, and the embedder's data of type `T`.
pub struct Store<T> {
    core: engine::Store,
    engine: Engine,
    data: PhantomData<T>,
}

impl<T: Send + 'static> Store<T> {
    /// A store without instances.
    pub fn new(engine: &Engine, data: T) -> Store<T> {
        let core = engine::Store::new(engine.core(), State::new(Box::new(data)));
        Store { core, engine: engine.clone(), data: PhantomData }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        data_of(self.core.state())
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        data_mut_of(self.core.state_mut())
    }

    /// The embedder's data, out of the store.
    pub fn into_data(self) -> T {
        match self.core.into_state().data.downcast() {
            Ok(data) => *data,
            Err(_) => unreachable!("the store was made with data of this type"),
        }
    }

    /// Caps what components of this store may use from now on.
    pub fn set_limits(&mut self, limits: StoreLimits) {
        self.core.state_mut().usage.limits = limits;
    }

    /// Sets how much fuel is left; when there is none, guest code traps.
    ///
    /// # Errors
    /// Where the engine does not [consume fuel](Config::consume_fuel).
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.core.set_fuel(fuel)
    }

    /// How much fuel is left.
    ///
    /// # Errors
    /// Where the engine does not [consume fuel](Config::consume_fuel).
    pub fn get_fuel(&self) -> Result<u64> {
        self.core.fuel()
    }
}

impl<T> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// A store borrowed for reading.
#[derive(Debug)]
pub struct StoreContext<'a, T> {
    state: &'a State,
    data: PhantomData<&'a T>,
}

impl<'a, T: Send + 'static> StoreContext<'a, T> {
    /// The embedder's data.
    pub fn data(&self) -> &'a T {
        data_of(self.state)
    }
}

impl<'a, T> StoreContext<'a, T> {
    pub(crate) fn state(&self) -> &'a State {
        self.state
    }
}

fn data_of<T: Send + 'static>(state: &State) -> &T {
    match state.data.downcast_ref() {
        Some(data) => data,
        None => unreachable!("the store was made with data of this type"),
    }
}

fn data_mut_of<T: Send + 'static>(state: &mut State) -> &mut T {
    match state.data.downcast_mut() {
        Some(data) => data,
        None => unreachable!("the store was made with data of this type"),
    }
}

/// A borrowed store, as host functions get it.
#[derive(Debug)]
pub struct StoreContextMut<'a, T> {
    core: engine::Context<'a>,
    data: PhantomData<&'a mut T>,
}

impl<T: Send + 'static> StoreContextMut<'_, T> {
    /// The embedder's data.
    pub fn data(&self) -> &T {
        data_of(self.core.state())
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        data_mut_of(self.core.state_mut())
    }

    /// How much fuel is left; see [`Store::get_fuel`].
    pub fn get_fuel(&self) -> Result<u64> {
        self.core.fuel()
    }

    /// Sets how much fuel is left; see [`Store::set_fuel`].
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.core.set_fuel(fuel)
    }
}

impl<'a, T> StoreContextMut<'a, T> {
    pub(crate) fn new(core: engine::Context<'a>) -> Self {
        StoreContextMut { core, data: PhantomData }
    }

    pub(crate) fn core(&self) -> &engine::Context<'a> {
        &self.core
    }

    pub(crate) fn core_mut(&mut self) -> &mut engine::Context<'a> {
        &mut self.core
    }
}

/// What gives access to a store for reading.
pub trait AsContext {
    /// The embedder's data.
    type Data: Send + 'static;
    /// The store.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// What gives access to a store.
pub trait AsContextMut: AsContext {
    /// The store.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

impl<T: Send + 'static> AsContext for Store<T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { state: self.core.state(), data: PhantomData }
    }
}

impl<T: Send + 'static> AsContextMut for Store<T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::new(self.core.context())
    }
}

impl<T: Send + 'static> AsContext for StoreContext<'_, T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { state: self.state, data: PhantomData }
    }
}

impl<T: Send + 'static> AsContext for StoreContextMut<'_, T> {
    type Data = T;
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { state: self.core.state(), data: PhantomData }
    }
}

impl<T: Send + 'static> AsContextMut for StoreContextMut<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut::new(self.core.reborrow())
    }
}

impl<C: AsContext> AsContext for &C {
    type Data = C::Data;
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContext> AsContext for &mut C {
    type Data = C::Data;
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContextMut> AsContextMut for &mut C {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}
