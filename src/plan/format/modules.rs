//! Core modules: the files beside the plan, and what they ask of the engine.

use super::is_false;
use serde::{Deserialize, Serialize};

/// An engine feature that a plan needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// `multi-memory`, `memory64`, `exceptions`, `gc`, ...
    pub feature: String,
    /// Which module needs it and what for.
    pub reason: String,
    /// Whether the plan can be replayed without it, as far as nothing that the reason names happens.
    #[serde(skip_serializing_if = "is_false", default)]
    pub optional: bool,
}

/// A core module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Module {
    /// Who wrote it.
    pub kind: ModuleKind,
    /// File beside the plan.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Its imports in order; the arguments of an `instantiate` initializer follow this order.
    pub imports: Vec<ModuleImport>,
    /// Engine features it needs beyond the baseline, sorted.
    pub features: Vec<String>,
}

/// Who wrote a core module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModuleKind {
    /// The input contains it.
    Guest,
    /// Generated: fused adapters.
    Adapter,
    /// Generated: handle tables, flags, context slots.
    Runtime,
}

/// An import of a core module: `[module, name]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleImport(pub String, pub String);
