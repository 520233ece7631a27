//! The payload loop: validates every section and hands it to its reader.
//!
//! Nesting is a stack of open bodies, never Rust recursion. The validator sees each payload before it is read, so
//! the readers may rely on indices and types being right; function bodies are collected on the way and validated
//! at the end, on all cores.

use super::bodies::{self, Function};
use super::features::{self, ACCEPTED};
use super::header;
use super::module::{OpenModule, StaticModule};
use super::place::{Place, component_path};
use super::sections;
use super::{Body, BodyId, Component, ComponentIndex, Definition, Kind, Names, StaticModuleId};
use crate::error::{Feature, Limit, LimitExceeded, Unsupported};
use crate::id::{Id, IdVec};
use crate::intern::Interner;
use anyhow::{Context, Result};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{Encoding, KnownCustom, Parser, Payload, ValidPayload, Validator};

/// Validates `bytes`, a binary component, and reads it.
///
/// Errors: `wasmparser`'s, with the offset, where the input is not valid; [`Unsupported`] where it uses a feature
/// that is refused before anything could need it; [`LimitExceeded`]; and one for core modules and unknown versions.
pub fn read(bytes: &[u8]) -> Result<Component<'_>> {
    header::check(bytes)?;
    read_sections(bytes).map_err(|error| match header::missing_end(bytes) {
        Some(length) => error.context(format!(
            "the input seems to be cut off, it has {} bytes and its sections say at least {length}",
            bytes.len()
        )),
        None => error,
    })
}

fn read_sections(bytes: &[u8]) -> Result<Component<'_>> {
    let mut reader = Reader::new(bytes);
    let mut parser = Parser::new(0);
    parser.set_features(ACCEPTED);
    for payload in parser.parse_all(bytes) {
        let payload = payload.map_err(|error| reader.refuse(error))?;
        reader.payload(payload)?;
    }
    reader.finish()
}

/// What is known while the payloads come in.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    validator: Validator,
    modules: IdVec<StaticModuleId, OpenModule>,
    ends: Vec<u64>,
    pub(super) bodies: IdVec<BodyId, Body<'a>>,
    /// Where each body is in the index space of its parent, for messages; names come only at a body's end.
    positions: IdVec<BodyId, ComponentIndex>,
    /// Open bodies, the root first.
    pub(super) stack: Vec<BodyId>,
    /// Whether the last module is still open.
    in_module: bool,
    functions: Vec<Function<'a>>,
    /// How many captures outer aliases have asked for.
    pub(super) captures: usize,
    types: Option<Types>,
    /// Why the component is refused even if it is valid.
    refusal: Option<anyhow::Error>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Reader {
            bytes,
            validator: Validator::new_with_features(ACCEPTED),
            modules: IdVec::new(),
            ends: Vec::new(),
            bodies: IdVec::new(),
            positions: IdVec::new(),
            stack: Vec::new(),
            in_module: false,
            functions: Vec::new(),
            captures: 0,
            types: None,
            refusal: None,
        }
    }

    fn payload(&mut self, payload: Payload<'a>) -> Result<()> {
        let valid = self.validator.payload(&payload).map_err(|error| self.refuse(error))?;
        match valid {
            ValidPayload::Func(func, body) => {
                let module = self.last_module();
                self.functions.push(Function { module, func, body });
                Ok(())
            }
            ValidPayload::End(types) => {
                self.end(&payload, types);
                Ok(())
            }
            ValidPayload::Ok | ValidPayload::Parser(_) if self.in_module => {
                let module = self.last_module();
                self.modules[module].section(&payload).map_err(|error| self.refuse(error))
            }
            ValidPayload::Ok | ValidPayload::Parser(_) => match self.section(payload) {
                // The rest must be valid too, or the input is not refused but invalid.
                Err(error) if error.is::<Unsupported>() => {
                    self.refusal.get_or_insert(error);
                    Ok(())
                }
                done => done,
            },
        }
    }

    /// Reads a section of a component, or opens what begins.
    fn section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::Version { encoding: Encoding::Component, range, .. } => {
                self.open_body(range.start);
                Ok(())
            }
            Payload::Version { encoding: Encoding::Module, range, .. } => {
                // The validator counts a module or component of the body around it only when it has ended.
                let index = self.validator.types(1).map_or(0, |types| types.module_count());
                let parent = *self.stack.last().expect("a module outside of all bodies was refused");
                self.modules.push(OpenModule::new(range.start, parent, sections::index(index)));
                self.in_module = true;
                Ok(())
            }
            // The nested module or component begins with its version.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => Ok(()),
            // The validator has resolved core types; nothing refers to them at run time.
            Payload::CoreTypeSection(_) => Ok(()),
            Payload::InstanceSection(section) => self.core_instances(section),
            Payload::ComponentInstanceSection(section) => self.instances(section),
            Payload::ComponentAliasSection(section) => self.aliases(section),
            Payload::ComponentTypeSection(section) => self.type_section(section),
            Payload::ComponentCanonicalSection(section) => self.canonicals(section),
            Payload::ComponentStartSection { range, .. } => {
                self.unsupported(Feature::Values, "start", range.start)
            }
            Payload::ComponentImportSection(section) => self.imports(section),
            Payload::ComponentExportSection(section) => self.exports(section),
            Payload::CustomSection(section) => {
                if let KnownCustom::ComponentName(names) = section.as_known() {
                    self.body().names.add(names);
                }
                Ok(())
            }
            other => {
                let offset = other.as_section().map_or(0, |(_, range)| range.start);
                self.unsupported(Feature::Unknown, "section", offset)
            }
        }
    }

    fn open_body(&mut self, offset: u64) {
        let body = Body {
            parent: self.stack.last().copied(),
            offset,
            definitions: Vec::new(),
            captures: Interner::new(),
            names: Names::default(),
        };
        let id = self.bodies.push(body);
        let position = self.validator.types(1).map_or(0, |types| types.component_count());
        self.positions.push(sections::index(position));
        self.stack.push(id);
    }

    /// Closes the module or body that ends here, which is a definition of the body around it.
    fn end(&mut self, payload: &Payload<'_>, types: Types) {
        if self.in_module {
            let module = self.last_module();
            if let Payload::End(offset) = payload {
                self.ends.push(*offset);
            }
            self.in_module = false;
            let start = self.modules[module].start;
            self.define(start, Kind::Module(module));
        } else if let Some(body) = self.stack.pop() {
            if self.stack.is_empty() {
                self.types = Some(types);
            } else {
                self.define(self.bodies[body].offset, Kind::Component(body));
            }
        }
    }

    fn finish(self) -> Result<Component<'a>> {
        let types = self.types.context("the input ends before the component does")?;
        let found = bodies::validate(self.functions, self.modules.len()).map_err(|invalid| {
            let module = &self.modules[invalid.module];
            let component = component_path(&self.bodies, &self.positions, module.parent);
            let place = Place { component, module: Some(module.index), function: Some(invalid.function) };
            features::refuse(invalid.error, place)
        })?;
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let mut modules = IdVec::new();
        for (((id, module), end), found) in self.modules.into_iter().zip(self.ends).zip(found.values()) {
            let mut features = module.features;
            features.add_all(*found);
            let range = module.start as usize..end as usize;
            let same = modules.push(StaticModule {
                bytes: self.bytes.get(range).context("a core module ends behind the input")?,
                offset: module.start,
                imports: module.imports,
                exports: module.exports,
                features: features.names(),
                may_throw: module.may_throw,
                has_start: module.has_start,
            });
            debug_assert_eq!(id, same);
        }
        Ok(Component { types, modules, bodies: self.bodies })
    }

    /// The body that definitions go to.
    pub(super) fn body(&mut self) -> &mut Body<'a> {
        let id = *self.stack.last().expect("sections come after the version, which opens a body");
        &mut self.bodies[id]
    }

    /// Adds a definition to the body.
    pub(super) fn define(&mut self, offset: u64, kind: Kind<'a>) {
        self.body().definitions.push(Definition { offset, kind });
    }

    /// What the validator knows of the body's index spaces, the payload at hand included.
    pub(super) fn types(&self) -> TypesRef<'_> {
        self.validator.types(0).expect("a body is open")
    }

    fn last_module(&self) -> StaticModuleId {
        StaticModuleId::from_index(self.modules.len().saturating_sub(1))
    }

    /// A refusal with the place where it happened.
    pub(super) fn unsupported<T>(&self, feature: Feature, item: &'static str, offset: u64) -> Result<T> {
        Err(Unsupported { feature, item, offset, path: self.path() }.into())
    }

    /// The input has too much of something.
    pub(super) fn exceeded<T>(&self, limit: Limit, offset: u64) -> Result<T> {
        Err(LimitExceeded { limit, offset, path: self.path() }.into())
    }

    fn refuse(&self, error: wasmparser::Error) -> anyhow::Error {
        let module = self.in_module.then(|| self.modules[self.last_module()].index);
        features::refuse(error, Place { component: self.path(), module, function: None })
    }

    /// The open body, for messages.
    fn path(&self) -> String {
        self.stack
            .last()
            .map_or_else(|| "root".to_string(), |&body| component_path(&self.bodies, &self.positions, body))
    }
}
