//! Imports and exports: the names that users and hosts know.

use super::{CoreDef, is_false};
use serde::{Deserialize, Serialize};

/// An import of the component, or an item of an imported instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Index into [`Plan::imports`](super::Plan::imports) of the imported instance it is in.
    pub parent: Option<usize>,
    /// Full name, such as `wasi:io/streams@0.2.0`.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ImportKind,
    /// `implements` attribute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub implements: Option<String>,
    /// `external-id` attribute: what the author calls it outside of the component model. Means nothing to a replay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ImportKind {
    /// An instance; its items follow with this one as parent.
    Instance,
    /// A function.
    Func {
        /// Index into [`Plan::functions`](super::Plan::functions).
        function: usize,
    },
    /// A core module.
    Module {
        /// `[module, name, kind]` of what it may ask for.
        imports: Vec<(String, String, String)>,
        /// `[name, kind]` of what it must have.
        exports: Vec<(String, String)>,
    },
    /// A resource type.
    Resource {
        /// Index into [`Plan::resources`](super::Plan::resources).
        resource: usize,
    },
    /// Another type; the host supplies nothing.
    Type {
        /// Index into [`Plan::types`](super::Plan::types), where it is a value type: what bindings name.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
        ty: Option<usize>,
    },
}

/// An export of the component, or an item of an exported instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Index into [`Plan::exports`](super::Plan::exports) of the exported instance it is in.
    pub parent: Option<usize>,
    /// Full name.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ExportKind,
    /// `implements` attribute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub implements: Option<String>,
    /// `external-id` attribute: what the author calls it outside of the component model. Means nothing to a replay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// What is exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ExportKind {
    /// An instance; its items follow with this one as parent.
    Instance,
    /// A lifted function.
    Func {
        /// Index into [`Plan::functions`](super::Plan::functions).
        function: usize,
        /// The core function.
        callee: CoreDef,
        /// Index into [`Plan::options`](super::Plan::options).
        options: usize,
        /// Whether it or its callback may block: whether its code can get to something that does.
        #[serde(rename = "mayBlock", skip_serializing_if = "is_false", default)]
        may_block: bool,
    },
    /// The very item that the host supplied.
    Import {
        /// Index into [`Plan::imports`](super::Plan::imports).
        import: usize,
    },
    /// A core module.
    Module {
        /// Index into [`Plan::modules`](super::Plan::modules).
        module: usize,
    },
    /// A resource type.
    Resource {
        /// Index into [`Plan::resources`](super::Plan::resources).
        resource: usize,
    },
    /// Another type.
    Type {
        /// Index into [`Plan::types`](super::Plan::types), where it is a value type: what bindings name.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
        ty: Option<usize>,
    },
}
