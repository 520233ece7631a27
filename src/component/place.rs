//! Where in a component something is that is not valid: which function of which core module of which component.
//!
//! An offset alone says it to tools only. Everything is counted as in the binary, from 0, since names, where there are
//! any, come after what they name.

use super::{Body, BodyId, ComponentIndex, ModuleIndex};
use crate::id::{Id, IdVec};
use std::fmt;

/// A place in the input.
pub(super) struct Place {
    /// Path of the component, such as `root/component0`.
    pub(super) component: String,
    /// The core module in that component.
    pub(super) module: Option<ModuleIndex>,
    /// The function of that module, imported ones counted, as in its text.
    pub(super) function: Option<u32>,
}

impl Place {
    /// Whether this says no more than that it is in the input.
    pub(super) fn is_all(&self) -> bool {
        self.component == ROOT && self.module.is_none()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(function) = self.function {
            write!(f, "function {function} of ")?;
        }
        if let Some(module) = self.module {
            write!(f, "core module {} of ", module.index())?;
        }
        write!(f, "component `{}`", self.component)
    }
}

const ROOT: &str = "root";

/// Path of `body`, from the root down. It is as long as the nesting is deep, so it is made only for an error.
pub(super) fn component_path(
    bodies: &IdVec<BodyId, Body<'_>>,
    positions: &IdVec<BodyId, ComponentIndex>,
    body: BodyId,
) -> String {
    let parent = |&body: &BodyId| bodies[body].parent;
    let mut path: Vec<BodyId> = std::iter::successors(Some(body), parent).collect();
    // The root is in no index space.
    path.pop();
    let below = path.iter().rev().map(|&body| format!("/component{}", positions[body].index()));
    std::iter::once(ROOT.to_string()).chain(below).collect()
}
