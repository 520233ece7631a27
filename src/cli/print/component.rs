//! The component as it was read: bodies, and in each its definitions with their offsets.
//!
//! Items are named by their index space and index, as in the binary format: `core func 3`.

use corefuse::component::{
    Body, BuiltInUse, Capture, CaptureSource, Component, CoreItemRef, Definition, Export, Import, ItemRef,
    Kind, NamedItem, Options,
};
use corefuse::id::Id;
use wasmparser::component_types::ComponentEntityType;

/// Prints `component`.
pub(in crate::cli) fn print(component: &Component<'_>) -> String {
    let bodies = component.bodies.iter();
    bodies.map(|(id, body)| self::body(id.index(), body)).collect()
}

fn body(number: usize, body: &Body<'_>) -> String {
    let name = body.names.component.map(|name| format!(" {name:?}")).unwrap_or_default();
    let parent = body.parent.map(|parent| format!(" in body {}", parent.index())).unwrap_or_default();
    let mut text = format!("body {number}{name}{parent}\n");
    for (id, capture) in body.captures.iter() {
        text += &format!("  capture {} = {}\n", id.index(), self::capture(capture));
    }
    for Definition { offset, kind } in &body.definitions {
        text += &format!("  {offset:#06x} {}\n", definition(kind));
    }
    text
}

fn capture(capture: &Capture) -> String {
    fn source<I: Id>(what: &str, source: &CaptureSource<I>) -> String {
        match source {
            CaptureSource::Local(index) => format!("the parent's {what} {}", index.index()),
            CaptureSource::Captured(id) => format!("the parent's capture {}", id.index()),
        }
    }
    match capture {
        Capture::Module(of) => source("core module", of),
        Capture::Component(of) => source("component", of),
    }
}

fn definition(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Import(Import { name, implements, external_id, ty }) => {
            format!("import {name:?}: {}{}", entity(ty), attributes(*implements, *external_id))
        }
        Kind::Export(Export { name, implements, external_id, item: exported, ty: _ }) => {
            format!("export {name:?} = {}{}", item(exported), attributes(*implements, *external_id))
        }
        Kind::Module(id) => format!("core module = static module {}", id.index()),
        Kind::Component(id) => format!("component = body {}", id.index()),
        Kind::CapturedModule(id) => format!("core module = capture {}", id.index()),
        Kind::CapturedComponent(id) => format!("component = capture {}", id.index()),
        Kind::SameModule(index) => format!("core module = core module {}", index.index()),
        Kind::SameComponent(index) => format!("component = component {}", index.index()),
        Kind::CoreInstantiate { module, args } => {
            let arg = |arg: &corefuse::component::CoreArg<'_>| {
                format!("{:?} core instance {}", arg.name, arg.instance.index())
            };
            format!(
                "core instance = instantiate core module {}{}",
                module.index(),
                with(args.iter().map(arg))
            )
        }
        Kind::CoreItems(items) => {
            let items = items.iter().map(|named| format!("{:?} {}", named.name, core_item(&named.item)));
            format!("core instance{}", with(items))
        }
        Kind::CoreAlias { instance, name, kind } => {
            format!("core {} = core instance {} {name:?}", kind.name(), instance.index())
        }
        Kind::Instantiate { component, args, ty: _ } => {
            format!("instance = instantiate component {}{}", component.index(), named(args))
        }
        Kind::Items(items) => format!("instance{}", named(items)),
        Kind::Alias { instance, name } => format!("alias instance {} {name:?}", instance.index()),
        Kind::Resource { id: _, rep, dtor } => {
            let dtor = dtor.map(|dtor| format!(", dtor core func {}", dtor.index())).unwrap_or_default();
            format!("resource, rep {}{dtor}", rep.name())
        }
        Kind::Lift { func, ty: _, options } => {
            format!("func = lift core func {}{}", func.index(), self::options(options))
        }
        Kind::Lower { func, options } => {
            format!("core func = lower func {}{}", func.index(), self::options(options))
        }
        Kind::ResourceNew(_) => "core func = resource.new".to_owned(),
        Kind::ResourceRep(_) => "core func = resource.rep".to_owned(),
        Kind::ResourceDrop(_) => "core func = resource.drop".to_owned(),
        Kind::ContextGet { ty, slot } => format!("core func = context.get {} {slot}", ty.name()),
        Kind::ContextSet { ty, slot } => format!("core func = context.set {} {slot}", ty.name()),
        Kind::BuiltIn(used) => format!("core func = {}", built_in(used)),
    }
}

fn built_in(used: &BuiltInUse) -> String {
    let BuiltInUse { built_in, ty: _, options, is_async, thread } = used;
    let mut text = built_in.name().to_owned();
    match options {
        Some(options) => text += &self::options(options),
        None if *is_async => text.push_str(" with async"),
        None => {}
    }
    if let Some(start) = thread {
        text += &format!(" with core table {}, {}", start.table.index(), start.context.name());
    }
    text
}

/// The attributes of an import's or export's name.
pub(super) fn attributes(implements: Option<&str>, external_id: Option<&str>) -> String {
    let part = |what, name: Option<&str>| name.map(|name| format!(", {what} {name:?}")).unwrap_or_default();
    part("implements", implements) + &part("external-id", external_id)
}

fn with(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { String::new() } else { format!(" with {}", parts.join(", ")) }
}

fn named(items: &[NamedItem<'_>]) -> String {
    with(items.iter().map(|named| format!("{:?} {}", named.name, item(&named.item))))
}

fn item(item: &ItemRef) -> String {
    match item {
        ItemRef::Module(index) => format!("core module {}", index.index()),
        ItemRef::Component(index) => format!("component {}", index.index()),
        ItemRef::Instance(index) => format!("instance {}", index.index()),
        ItemRef::Func(index) => format!("func {}", index.index()),
        ItemRef::Type(_) => "type".to_owned(),
    }
}

fn core_item(item: &CoreItemRef) -> String {
    match item {
        CoreItemRef::Func(index) => format!("core func {}", index.index()),
        CoreItemRef::Table(index) => format!("core table {}", index.index()),
        CoreItemRef::Memory(index) => format!("core memory {}", index.index()),
        CoreItemRef::Global(index) => format!("core global {}", index.index()),
        CoreItemRef::Tag(index) => format!("core tag {}", index.index()),
    }
}

fn entity(ty: &ComponentEntityType) -> &'static str {
    match ty {
        ComponentEntityType::Module(_) => "core module",
        ComponentEntityType::Func(_) => "func",
        ComponentEntityType::Value(_) => "value",
        ComponentEntityType::Type { .. } => "type",
        ComponentEntityType::Instance(_) => "instance",
        ComponentEntityType::Component(_) => "component",
    }
}

fn options(options: &Options) -> String {
    let Options { encoding, memory, pointer: _, realloc, post_return, is_async, callback } = options;
    let mut parts = vec![encoding.name().to_owned()];
    parts.extend(memory.map(|index| format!("core memory {}", index.index())));
    parts.extend(realloc.map(|index| format!("realloc core func {}", index.index())));
    parts.extend(post_return.map(|index| format!("post-return core func {}", index.index())));
    parts.extend(is_async.then(|| "async".to_owned()));
    parts.extend(callback.map(|index| format!("callback core func {}", index.index())));
    with(parts.into_iter())
}
